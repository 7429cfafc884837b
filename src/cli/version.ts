import manifest from '../../package.json' with { type: 'json' };

/** The version of the probe. */
export const VERSION: string = manifest.version;

/** Says who asks, to whoever reads a registry's log. */
export const USER_AGENT = `registry-integrity-probe/${VERSION}`;
