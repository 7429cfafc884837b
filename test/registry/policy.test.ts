import { describe, expect, test } from 'vitest';

import { undecided } from '../../src/registry/answers.ts';
import { policyIn } from '../../src/registry/policy.ts';
import { response } from './scene.ts';

const HARBOR = 'current image with 1 vulnerabilities cannot be pulled due to configured policy';
const XRAY =
  'Artifact download request rejected: app/v1/manifest.json was not downloaded due to the download blocking policy configured in Xray for docker-local.';
const FIREWALL =
  '-------------------->>> REQUESTED ITEM IS QUARANTINED -------------------->>> FOR DETAILS SEE ------>>> https://iq.example.com/ui/links/firewall/1 <<<------';

function errors(...list: readonly unknown[]): string {
  return JSON.stringify({ errors: list });
}

describe('policyIn', () => {
  test.each<[string, number, string, string]>([
    ['Harbor', 412, errors({ code: 'PROJECTPOLICYVIOLATION', message: HARBOR }), 'Harbor'],
    ['a signature that Harbor wants', 412, errors({ code: 'PROJECTPOLICYVIOLATION', message: 'not signed' }), 'Harbor'],
    ['Harbor without a message', 412, errors({ code: 'PROJECTPOLICYVIOLATION' }), 'Harbor'],
    ['a code in lower case', 412, errors({ code: 'projectPolicyViolation', message: HARBOR }), 'Harbor'],
    ['Harbor behind what answers 403', 403, errors({ code: 'PROJECTPOLICYVIOLATION', message: HARBOR }), 'Harbor'],
    ['the second of two errors', 412, errors({ code: 'X' }, { code: 'PROJECTPOLICYVIOLATION' }), 'Harbor'],
    ['what follows something that is no error', 412, errors(7, { code: 'PROJECTPOLICYVIOLATION' }), 'Harbor'],
    ['Xray, in the form of Artifactory', 403, errors({ status: 403, message: XRAY }), 'Artifactory with Xray'],
    ['Xray, in the form of the API', 403, errors({ code: 'DENIED', message: XRAY }), 'Artifactory with Xray'],
    ['Firewall', 403, errors({ code: 'DENIED', message: FIREWALL }), 'Nexus Repository with Firewall'],
  ])('reads the words of %s', (_, status, body, product) => {
    expect(policyIn(response(status, {}, body))?.product).toBe(product);
  });

  test.each<[string, number, string]>([
    [
      'a permission policy of AWS',
      403,
      errors({
        code: 'DENIED',
        message:
          'User: arn:aws:iam::1:user/probe is not authorized to perform: ecr:BatchGetImage because no identity-based policy allows the ecr:BatchGetImage action',
      }),
    ],
    ['an account in quarantine', 403, errors({ code: 'DENIED', message: 'denied by AWSCompromisedKeyQuarantineV2' })],
    ['a repository that is called so', 403, errors({ code: 'DENIED', message: 'no access to xray-blocked/app' })],
    ['a plain denial', 403, errors({ code: 'DENIED', message: 'requested access to the resource is denied' })],
    ['a policy under another status', 404, errors({ code: 'PROJECTPOLICYVIOLATION', message: HARBOR })],
    ['Xray under another status', 412, errors({ code: 'DENIED', message: XRAY })],
    ['the words in a failure', 500, errors({ code: 'UNKNOWN', message: XRAY })],
    ['another precondition', 412, errors({ code: 'PRECONDITION', message: HARBOR })],
    ['the words as plain text', 403, XRAY],
    ['the words on a page', 403, `<html><body>${FIREWALL}</body></html>`],
    ['the words in other JSON', 403, JSON.stringify({ message: XRAY })],
    ['a HEAD, which has no body', 412, ''],
  ])('is null for %s', (_, status, body) => {
    expect(policyIn(response(status, {}, body))).toBeNull();
  });

  test('does not take the word of the storage behind a redirect', () => {
    const answer = response(403, { redirected: true }, errors({ code: 'DENIED', message: XRAY }));

    expect(policyIn(answer)).toBeNull();
  });
});

describe('a refusal by policy', () => {
  test('is unknown, with the words of the registry', () => {
    const answer = response(412, {}, errors({ code: 'PROJECTPOLICYVIOLATION', message: HARBOR }));

    expect(undecided('GET', answer)).toMatchObject({
      kind: 'unknown',
      reason: 'forbidden',
      policy: HARBOR,
      detail: `GET answered 412 by a policy (Harbor): ${HARBOR}`,
      observed: { status: 412 },
    });
  });
});
