/** What differs between one Gitea of the tests and another. */
export interface GiteaConfig {
  readonly folder: string;
  readonly port: number;
  /** The folder with its templates. */
  readonly assets: string;
  /** It ends where another user starts it. */
  readonly runAs: string;
}

/** The text of an `app.ini`, with everything off that starts slowly and that a registry does not need. */
export function giteaConfig({ folder, port, assets, runAs }: GiteaConfig): string {
  const sections = {
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      ROOT_URL: `http://127.0.0.1:${port}/`,
      STATIC_ROOT_PATH: assets,
      APP_DATA_PATH: `${folder}/data`,
      DISABLE_SSH: true,
      OFFLINE_MODE: true,
    },
    database: { DB_TYPE: 'sqlite3', PATH: `${folder}/data/gitea.db` },
    security: { INSTALL_LOCK: true },
    oauth2: { ENABLED: false },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    queue: { TYPE: 'channel' },
    cron: { ENABLED: false },
    log: { LEVEL: 'Warn' },
  };
  const top = { I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: true, RUN_USER: runAs, WORK_PATH: folder };
  return [lines(top), ...Object.entries(sections).map(([name, keys]) => `[${name}]\n${lines(keys)}`)].join('\n');
}

function lines(keys: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}
