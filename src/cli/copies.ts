import { isNamed, REPOSITORY_MARK } from '../config/schema/copies.ts';
import type { RegistrySettings, Settings, WalkSettings } from '../config/settings.ts';
import { hostOf } from '../oci/host.ts';
import { isRepositoryName } from '../oci/reference.ts';
import type { CredentialsOf } from '../registry/auth/credentials.ts';
import { createUnreachableSource } from '../registry/unreachable.ts';
import { AT_ONCE, brokenAmong, findCopies, type CopyPlace } from '../walk/find-copies.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { createSelection } from '../walk/selection.ts';
import type { Sightings } from '../walk/sightings.ts';
import { findLogin, type LoginDeps } from './login.ts';
import { namesLike } from './names-like.ts';
import { openSession, resolveScheme, type CommandDeps, type Session } from './session.ts';

/** Requests to one registry, in one run. */
const MOST_REQUESTS = 500;
/** What is under way when these are spent comes to its end: logins, redirects and repetitions of it. */
const SPARE_REQUESTS = AT_ONCE * 4;
/** Nobody is told of anything meanwhile, so it takes a minute at most, and half of what is left of the deadline. */
const MOST_MS = 60_000;
const SHARE_OF_REST = 0.5;

/** A registry that may have copies of what is broken in another one, and as whom it is asked. */
export interface CopySource {
  readonly where: string;
  readonly url: URL;
  readonly schemeGiven: boolean;
  /** With `{repository}` in it. */
  readonly template: string;
  readonly walk: WalkSettings;
  readonly credentials: CredentialsOf;
  readonly tokenHosts: readonly string[];
  /** Null where there is no limit. */
  readonly requestsPerRun: number | null;
}

/** The registry itself, of which other repositories may have what is broken in one of them. */
export interface OwnSource extends CopySource {
  /** What the walk saw where. */
  readonly sightings: Sightings;
}

/** How copies are looked for. */
export interface CopySearch {
  /** Of the configuration, in its order. */
  readonly sources: readonly CopySource[];
  /** Null where nothing more is to be asked of the registry itself. */
  readonly own: OwnSource | null;
  /** Nothing more is asked. */
  readonly stop: AbortSignal;
  /** How much is left of the run, in milliseconds. */
  readonly left: number;
}

/**
 * The copies of a registry as they are asked. Throws a `CredentialError` where credentials are there that cannot be
 * read. A registry that has a name here is asked by its own settings, another one by those of the top level and with the
 * login that the Docker configuration has for it.
 */
export async function copySourcesOf(
  { copies }: Pick<RegistrySettings, 'copies'>,
  { registries, walk }: Pick<Settings, 'registries' | 'walk'>,
  login: LoginDeps,
): Promise<readonly CopySource[]> {
  const sources = await Promise.all(
    copies.map(async ({ registry: meant, repository: template }) => {
      const known = isNamed(meant) ? (registries.find(({ name }) => name === meant) ?? null) : null;
      const url = new URL(known?.url ?? meant);
      const credentials = await findLogin(url, known, login);
      return {
        where: known?.name ?? hostOf(url),
        url,
        schemeGiven: known?.schemeGiven ?? true,
        template,
        walk: known ?? walk,
        credentials,
        tokenHosts: known?.auth.tokenHosts ?? [],
        requestsPerRun: known?.requestsPerRun ?? null,
      };
    }),
  );
  // By its name and by its URL, it is one place all the same.
  return [...new Map(sources.map((source) => [`${source.url.href} ${source.template}`, source])).values()];
}

/** The registry itself, asked where it was walked. */
export function ownSource(
  { registry, credentials }: { readonly registry: RegistrySettings; readonly credentials: CredentialsOf },
  { url }: RegistryOutcome,
  sightings: Sightings,
): OwnSource {
  const { name: where, auth, requestsPerRun } = registry;
  const { tokenHosts } = auth;
  const asked = { walk: registry, credentials, tokenHosts, requestsPerRun, sightings };
  return { where, url: new URL(url), schemeGiven: true, template: REPOSITORY_MARK, ...asked };
}

/**
 * The outcome with copies beside its findings, as far as some were found in time. What fails here is told by the log
 * alone: no finding, no verdict and no count but that of the requests is changed by it.
 */
export async function withCopies(
  outcome: RegistryOutcome,
  { sources, own, stop, left }: CopySearch,
  deps: CommandDeps,
): Promise<RegistryOutcome> {
  const { findings, verdict } = outcome.result;
  const all = own === null ? sources : [own, ...sources];
  if (findings.length === 0 || verdict === 'suspect' || all.length === 0) return outcome;
  if (stop.aborted || left <= 0) return { ...outcome, soughtCopies: false };
  const timer = new AbortController();
  const cancel = deps.clock.schedule(Math.min(MOST_MS, left * SHARE_OF_REST), () => timer.abort());
  const signal = AbortSignal.any([stop, timer.signal]);
  const opened = await Promise.all(
    all.map((source) => open(source, outcome, source === own ? own : null, signal, deps)),
  );
  try {
    const places = opened.map(({ place }) => place);
    const soughtCopies = places.some(({ mayAsk }) => mayAsk());
    const copies = await findCopies(findings, places);
    const requests = sum([outcome.requests, ...opened.map(({ session }) => session?.transport.sent ?? {})]);
    const told = findings.map((finding) => {
      const found = copies.get(finding);
      return found === undefined ? finding : { ...finding, copies: found };
    });
    deps.log.debug(
      { registry: outcome.name, findings: findings.length, withCopies: copies.size },
      'Looked for whole copies of what is broken',
    );
    return { ...outcome, soughtCopies, requests, result: { ...outcome.result, findings: told } };
  } finally {
    cancel();
    await Promise.all(opened.map(({ session }) => session?.transport.close() ?? Promise.resolve()));
  }
}

interface Opened {
  readonly place: CopyPlace;
  readonly session: Session | null;
}

async function open(
  source: CopySource,
  outcome: RegistryOutcome,
  own: OwnSource | null,
  signal: AbortSignal,
  deps: CommandDeps,
): Promise<Opened> {
  const { where, walk, credentials, tokenHosts } = source;
  const spoken = source.schemeGiven ? source.url : await resolveScheme(source.url, walk, signal, deps);
  const isOwn = own !== null;
  if (!(spoken instanceof URL)) {
    const nobody = { where, url: source.url.href, isOwn, source: createUnreachableSource(spoken), repositories: [] };
    return { place: { ...nobody, signal, mayAsk: () => false }, session: null };
  }
  // What somebody before the registry remembers of it proves nothing, and what does not come at once is no copy.
  const asked = { ...walk, retries: Math.min(walk.retries, 1) };
  const target = { url: spoken, walk: asked, credentials, expectAuth: false, tokenHosts, pastCaches: true };
  const session = openSession(target, deps);
  const sent = (): number => Object.values(session.transport.sent).reduce((all, one) => all + one, 0);
  const spent = isOwn ? Object.values(outcome.requests).reduce((all, one) => all + one, 0) : 0;
  const most = Math.min(MOST_REQUESTS, (source.requestsPerRun ?? Infinity) - spent) - SPARE_REQUESTS;
  const repositories =
    own === null
      ? [templated(source.template)]
      : [...repositoriesSeen(outcome, own), namesLike(listedIn(outcome, walk))];
  const place = { where, url: spoken.href, isOwn, source: session.source, repositories, signal };
  const { findings, acknowledged = [] } = outcome.result;
  const known = [...findings, ...acknowledged.map(({ finding }) => finding)];
  const isWalked = isOwn || spoken.href === URL.parse(outcome.url)?.href;
  const walked = isWalked ? { isBroken: brokenAmong(known) } : {};
  return { place: { ...place, ...walked, mayAsk: () => !signal.aborted && sent() < most }, session };
}

function templated(template: string): CopyPlace['repositories'][number] {
  return ({ repository }) => {
    const name = template.replaceAll(REPOSITORY_MARK, () => repository ?? '');
    return isRepositoryName(name) ? [name] : [];
  };
}

/** Where the walk saw what is broken elsewhere, before the names that are only like it. */
function repositoriesSeen(
  outcome: RegistryOutcome,
  { sightings }: { readonly sightings: Sightings },
): CopyPlace['repositories'] {
  const { findings, census } = outcome.result;
  const digests = new Set(findings.flatMap(({ digest }) => digest ?? []));
  const places = sightings.places(digests, census?.listed ?? []);
  return [({ digest, repository }) => (places.get(digest ?? '') ?? []).filter((name) => name !== repository)];
}

/** What the settings leave out is not asked here either. */
function listedIn({ result: { census } }: RegistryOutcome, walk: WalkSettings): readonly string[] {
  const selected = createSelection(walk.repositories.match);
  return (census?.listed ?? []).filter((name) => selected.includes(name));
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const one of counts) for (const [method, sent] of Object.entries(one)) all[method] = (all[method] ?? 0) + sent;
  return all;
}
