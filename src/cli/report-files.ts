import type { Settings } from '../config/settings.ts';
import { renderAnnotations } from '../report/annotations.ts';
import { renderHtml } from '../report/html/page.ts';
import { renderJunit } from '../report/junit.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/schema.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import { followLink, replaceFile } from '../util/replace-file.ts';
import type { OutputFile } from './output-files.ts';

/** Whoever runs a pipeline reads them as another user than the probe's. */
const MODE = 0o644;

/** The form of each file that a setting may name. */
const FORMS = {
  htmlFile: renderHtml,
  junitFile: renderJunit,
  markdownFile: renderMarkdown,
  annotationsFile: renderAnnotations,
} as const satisfies Readonly<Record<string, (report: Report) => Iterable<string>>>;

type FileSettings = Pick<Settings, keyof typeof FORMS>;

/** The files that the report is to be written into, beside standard output. */
export function reportFilesOf(settings: FileSettings): readonly OutputFile[] {
  return namesOf().flatMap((setting) => {
    const path = settings[setting];
    return path === null ? [] : [{ setting, path }];
  });
}

/** Writes the report into each of the files; false where one of them could not be written, which is logged. */
export async function writeReportFiles(report: Report, settings: FileSettings, log: Log): Promise<boolean> {
  const written = await Promise.all(
    namesOf().map(async (setting) => {
      const path = settings[setting];
      if (path === null) return true;
      try {
        return await replaceFile(await followLink(path), FORMS[setting](report), MODE);
      } catch (error) {
        log.error({ setting, path, detail: messageOf(error) }, 'The report could not be written into a file');
        return false;
      }
    }),
  );
  return written.every(Boolean);
}

function namesOf(): readonly (keyof typeof FORMS)[] {
  return Object.keys(FORMS) as (keyof typeof FORMS)[];
}
