import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addressOf, canonicalHost, hostOf, isDockerHub, isHostOf, isLoopback, portOf } from '../../src/oci/host.ts';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const port = fc.integer({ min: 1, max: 65_535 });
const octet = fc.integer({ min: 0, max: 255 });
const scheme = fc.constantFrom('https' as const, 'http' as const);
const group = fc.integer({ min: 0, max: 0xffff });
const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 });

describe('the one spelling of a host', () => {
  test.each([
    ['registry.example.com', 'registry.example.com'],
    ['Registry.Example.com:5000', 'registry.example.com:5000'],
    ['registry.example.com:443', 'registry.example.com'],
    ['registry.example.com:0443', 'registry.example.com'],
    ['registry.example.com:80', 'registry.example.com:80'],
    ['registry.example.com:4430', 'registry.example.com:4430'],
    ['registry.example.com.', 'registry.example.com'],
    ['registry.example.com.:443', 'registry.example.com'],
    ['registry_1.registry_ns.svc', 'registry_1.registry_ns.svc'],
    ['registry', 'registry'],
    ['10.0.0.1:5000', '10.0.0.1:5000'],
    ['127.1', '127.0.0.1'],
    ['[::1]:5000', '[::1]:5000'],
    ['[::1]:443', '[::1]'],
    ['::1', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:5000', '[::1]:5000'],
    ['[FE80::0001]', '[fe80::1]'],
    ['[::ffff:10.0.0.1]', '[::ffff:a00:1]'],
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['Registry-1.Docker.io.:443', 'docker.io'],
    ['registry-1.docker.io:5000', 'registry-1.docker.io:5000'],
    ['mirror.docker.io', 'mirror.docker.io'],
  ])('%j is %j', (written, host) => {
    expect(canonicalHost(written)).toBe(host);
  });

  test.each([
    [''],
    ['.'],
    ['registry..example.com'],
    ['.registry.example.com'],
    ['registry.example.com..'],
    ['registry.example.com:'],
    ['registry.example.com:99999'],
    ['registry.example.com:443:443'],
    ['-registry.example.com'],
    ['*.example.com'],
    ['https://registry.example.com'],
    ['registry.example.com/team'],
    ['registry.example.com?'],
    ['registry.example.com#'],
    ['user@registry.example.com'],
    ['registry.example.com\\@evil.example'],
    ['%72egistry.example.com'],
    ['registry.example.com\n'],
    [' registry.example.com'],
    ['registry。example.com'],
    ['1.2.3.999'],
    ['[::1'],
    ['::1]'],
    ['[:::]'],
    ['[fe80::1%25eth0]'],
  ])('%j is no host', (written) => {
    expect(canonicalHost(written)).toBeNull();
  });

  test('is its own spelling, and what a URL makes of it', () => {
    fc.assert(
      fc.property(name, fc.option(port), scheme, (host, number, spoken) => {
        const canonical = canonicalHost(number === null ? host : `${host}:${number}`, spoken) ?? '';

        expect(canonicalHost(canonical, spoken)).toBe(canonical);
        expect(hostOf(new URL(`${spoken}://${canonical}`))).toBe(canonical);
      }),
    );
  });

  test('does not depend on case, the dot of the root, or the port that the scheme implies', () => {
    fc.assert(
      fc.property(name, fc.option(port), scheme, fc.nat(), (host, number, spoken, at) => {
        const cut = at % (host.length + 1);
        const shouted = host.slice(0, cut).toUpperCase() + host.slice(cut);
        const suffix = number === null ? '' : `:${number}`;
        const implied = spoken === 'https' ? ':443' : ':80';
        const written = number === null ? implied : suffix;
        const plain = canonicalHost(host + suffix, spoken);

        expect(canonicalHost(shouted + suffix, spoken)).toBe(plain);
        expect(canonicalHost(`${host}.${suffix}`, spoken)).toBe(plain);
        expect(canonicalHost(host + written, spoken)).toBe(plain);
      }),
    );
  });

  test('of an IPv6 address is one, however it is written', () => {
    fc.assert(
      fc.property(ipv6, (groups) => {
        const long = groups.map((number) => number.toString(16).padStart(4, '0')).join(':');
        const short = groups.map((number) => number.toString(16)).join(':');

        expect(canonicalHost(`[${long}]`)).not.toBeNull();
        expect(canonicalHost(`[${short.toUpperCase()}]`)).toBe(canonicalHost(`[${long}]`));
        expect(canonicalHost(long)).toBe(canonicalHost(`[${long}]`));
      }),
    );
  });

  test('tells apart what is not the same', () => {
    fc.assert(
      fc.property(name, name, port, port, (one, other, onePort, otherPort) => {
        const [first, second] = [`${one}:${onePort}`, `${other}:${otherPort}`];

        const isSame = canonicalHost(first) === canonicalHost(second);

        expect(isSame).toBe(one === other && onePort === otherPort);
      }),
    );
  });

  test('is never thrown for, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const host = canonicalHost(text) ?? 'none';

        expect(canonicalHost(host)).toBe(host);
      }),
    );
  });
});

describe('a host that somebody wrote', () => {
  test.each([
    ['registry.example.com', 'https://registry.example.com', true],
    ['Registry.example.com:443', 'https://registry.example.com/prefix', true],
    ['registry.example.com', 'https://registry.example.com.:443', true],
    ['registry.example.com', 'http://registry.example.com', true],
    ['registry.example.com:80', 'http://registry.example.com', true],
    ['registry.example.com:443', 'http://registry.example.com', false],
    ['registry.example.com:80', 'https://registry.example.com', false],
    ['registry.example.com', 'http://registry.example.com:443', false],
    ['registry.example.com:443', 'http://registry.example.com:443', true],
    ['registry.example.com', 'https://registry.example.com:5000', false],
    ['registry.example.com:5000', 'https://registry.example.com', false],
    ['docker.io', 'https://registry-1.docker.io', true],
    ['evil-registry.example.com', 'https://registry.example.com', false],
    ['registry.example.com.evil.example', 'https://registry.example.com', false],
    ['registry.example.com@evil.example', 'https://registry.example.com', false],
    ['::1', 'https://[0:0:0:0:0:0:0:1]/', true],
    ['', 'https://registry.example.com', false],
  ])('%j is that of %s: %j', (written, address, expected) => {
    expect(isHostOf(written, new URL(address))).toBe(expected);
  });
});

describe('the address of a registry', () => {
  test.each([
    ['registry.example.com', 'https://registry.example.com/'],
    ['Registry.example.com.:443', 'https://registry.example.com/'],
    ['registry.example.com:80', 'https://registry.example.com:80/'],
    ['[::1]:5000', 'https://[::1]:5000/'],
    ['docker.io', 'https://registry-1.docker.io/'],
    ['index.docker.io', 'https://registry-1.docker.io/'],
  ])('that images name %s is %s', (host, address) => {
    expect(addressOf(host).href).toBe(address);
  });

  test.each([
    ['https://registry.example.com', '443'],
    ['http://registry.example.com', '80'],
    ['http://registry.example.com:443', '443'],
  ])('%s has the port %s', (address, expected) => {
    expect(portOf(new URL(address))).toBe(expected);
  });
});

describe('Docker Hub', () => {
  test.each([
    ['docker.io', true],
    ['INDEX.docker.io:443', true],
    ['registry-1.docker.io.', true],
    ['registry.docker.io', false],
    ['docker.io.evil.example', false],
    ['docker.io:5000', false],
  ])('has the name %s: %j', (host, expected) => {
    expect(isDockerHub(host)).toBe(expected);
  });
});

describe('a host of this machine', () => {
  test.each([
    ['localhost'],
    ['LOCALHOST:5000'],
    ['localhost.'],
    ['registry.localhost'],
    ['a.b.localhost:5000'],
    ['127.0.0.1'],
    ['127.0.0.1.'],
    ['127.255.255.254:5000'],
    ['[::1]:5000'],
    ['::1'],
    ['[0:0:0:0:0:0:0:1]'],
    ['[::ffff:127.0.0.1]'],
  ])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each([
    ['127.evil.example'],
    ['127.1.evil'],
    ['127.0.0.1.evil.example'],
    ['127.0.0.1.nip.example:5000'],
    ['a127.0.0.1'],
    ['128.0.0.1'],
    ['10.127.0.0'],
    ['0.0.0.0'],
    ['localhost.evil.example'],
    ['evil-localhost'],
    ['evillocalhost:5000'],
    ['localhost.localdomain'],
    ['[::2]'],
    ['[::1:1]'],
    ['[::127.0.0.1]'],
    ['[::ffff:128.0.0.1]'],
    ['user@localhost'],
    ['localhost/evil.example'],
    ['evil.example:127'],
    [''],
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  test('is every address of 127.0.0.0/8, and no other of four numbers', () => {
    fc.assert(
      fc.property(fc.oneof(octet, fc.constant(127)), octet, octet, octet, fc.option(port), (a, b, c, d, number) => {
        const host = `${a}.${b}.${c}.${d}${number === null ? '' : `:${number}`}`;

        expect(isLoopback(host)).toBe(a === 127);
      }),
    );
  });

  test('is no name, whatever it begins with, that does not end in localhost', () => {
    fc.assert(
      fc.property(fc.constantFrom('127', '127.1', '127.0.0.1', 'localhost'), name, (start, end) => {
        fc.pre(end !== 'localhost' && !end.endsWith('.localhost'));

        expect(isLoopback(`${start}.${end}`)).toBe(false);
      }),
    );
  });
});
