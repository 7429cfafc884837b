import type { DisagreementClass } from '../walk/disagreements.ts';

/** What to do about each way in which a storage and its registry do not agree. */
export const REMEDIES: Readonly<Record<DisagreementClass, string>> = {
  hidden_by_cache:
    'Restart the registry, which flushes its cache of descriptors (a redis cache needs its own flush), and push the image again after that. To push it again before does nothing: the client is told that the content is there, and does not send it.',
  told_differently:
    'It is broken either way. Restart the registry before the push that repairs it, for what its cache still knows is not uploaded again.',
  broken_for_registry_alone:
    'The files are whole: restart the registry, and look at what it may read of them (their owner and mode), at what stands before it, and at whether this directory is its storage.',
  repository_in_storage_alone:
    'The catalog does not show it, and whoever knows its name can pull from it: version 2 lists what has `_layers`, 3 what has `_manifests`. Push to it again, or remove its directory.',
  repository_in_registry_alone:
    'Look at whether this directory is the storage of that registry, and whether all of it is mounted here.',
  tag_in_storage_alone: 'It was pushed while both were read, or that registry has another storage: scan again.',
  tag_in_registry_alone: 'It was deleted while both were read, or that registry has another storage: scan again.',
};
