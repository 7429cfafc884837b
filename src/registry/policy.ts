import * as z from 'zod';

import type { HttpResponse } from '../http/exchange.ts';
import { beginningOf, MOST_OF_ERROR } from './words.ts';

/** How a product says that a policy of its own keeps something from everybody who pulls, whatever they may do else. */
interface PolicyWords {
  readonly product: string;
  readonly statuses: readonly number[];
  /** The code of the error, in whatever case; null where the product has none of its own. */
  readonly code: string | null;
  readonly message: RegExp;
}

/**
 * Refusals that are policies: only these words under these statuses count. Whatever else is forbidden may be allowed to
 * a node, so that nothing is known of it.
 */
const POLICIES: readonly PolicyWords[] = [
  {
    // Vulnerabilities, and signatures: https://github.com/goharbor/harbor/blob/v2.11.0/src/lib/http/error.go
    product: 'Harbor',
    statuses: [412, 403],
    code: 'PROJECTPOLICYVIOLATION',
    message: /(?:)/,
  },
  {
    // https://jfrog.com/help/r/xray-how-to-work-with-jfrog-xray-block-download-artifacts-functionality
    product: 'Artifactory with Xray',
    statuses: [403],
    code: null,
    message: /\bdownload[ -]block(?:ing|ed)\b.{0,80}\bXray\b|\bblocked by (?:a policy of )?(?:JFrog )?Xray\b/is,
  },
  {
    // https://help.sonatype.com/en/firewall-for-docker.html, and for the words the release notes of NEXUS-21762
    product: 'Nexus Repository with Firewall',
    statuses: [403],
    code: null,
    message: /\b(?:item|image|component|artifact|asset|manifest|layer)\b.{0,60}\bquarantined\b/is,
  },
];

/** Errors as these products write them: Artifactory gives a status in place of a code. */
const Errors = z.object({
  errors: z.array(
    z.object({ code: z.string().catch(''), message: z.string().catch('') }).catch({ code: '', message: '' }),
  ),
});

/** A policy by which a registry refuses something. */
export interface Policy {
  readonly product: string;
  /** What the registry says of it. */
  readonly words: string;
}

/**
 * The policy that an answer names; null for every other refusal. Any error of the list may be the one. A page or a text
 * for people is never believed, and neither is a storage behind a redirect, which has no policies.
 */
export function policyIn(response: HttpResponse): Policy | null {
  if (response.redirected) return null;
  const mayBe = POLICIES.filter(({ statuses }) => statuses.includes(response.status));
  if (mayBe.length === 0) return null;
  for (const { code, message } of errorsIn(response)) {
    const named = mayBe.find((one) => {
      return (one.code === null || one.code === code.toUpperCase()) && one.message.test(message);
    });
    if (named !== undefined) return { product: named.product, words: beginningOf(message === '' ? code : message) };
  }
  return null;
}

function errorsIn(response: HttpResponse): z.infer<typeof Errors>['errors'] {
  if (response.body.length > MOST_OF_ERROR) return [];
  try {
    return Errors.safeParse(JSON.parse(new TextDecoder().decode(response.body))).data?.errors ?? [];
  } catch {
    return [];
  }
}
