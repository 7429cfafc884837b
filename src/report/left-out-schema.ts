import * as z from 'zod';

/** What is listed beside the findings: it is none. */
export const ReportedBlocked = z
  .strictObject({
    repository: z.string().describe('Where it is.'),
    tags: z.array(z.string()).describe('The first 20 tags that lead to it, sorted.'),
    digest: z.string().nullable().describe('Null for a tag that is refused before it is resolved.'),
    detail: z.string().describe('What was seen, with the words of the registry, in one line.'),
  })
  .describe('Something that a policy of the registry refuses, to a node as well: neither sound nor broken.');
export type ReportedBlocked = z.infer<typeof ReportedBlocked>;

export const ReportedNeverSeen = z
  .strictObject({
    repository: z.string().describe('Where it is looked for.'),
    digest: z.string().describe('As it is named.'),
    inUseBy: z.array(z.string()).describe('Workloads that name it, as `namespace/Kind/name`, sorted: the first 3.'),
  })
  .describe('A digest that workloads name, that is not there, and of which nothing says that it ever was.');
export type ReportedNeverSeen = z.infer<typeof ReportedNeverSeen>;
