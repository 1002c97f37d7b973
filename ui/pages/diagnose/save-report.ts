import type { Diagnosis } from '../../../src/contract/answers.ts';
import { CAUSES, STATUSES } from './words.ts';

/** The same answer gives the same file, byte for byte: it holds no time but those of the answer. */
export const markdownOf = ({ query, hypotheses, next, completeness, sources }: Diagnosis): string =>
  [
    `# Why calls failed, ${query.from} to ${query.until}`,
    '',
    `Cluster ${mark(query.cluster)}. Next: ${mark(next)}`,
    '',
    completeness.complete ? 'Complete: no source may have lost something.' : 'Not complete:',
    ...completeness.reasons.map((reason) => `- ${mark(reason)}`),
    ...STATUSES.flatMap(({ status, says }) => [
      '',
      `## ${says}`,
      ...hypotheses
        .filter((one) => one.status === status)
        .flatMap(({ cause, facts, missing, explains, proved }) => [
          '',
          `### ${CAUSES[cause]} (\`${cause}\`)${status === 'ruled-in' ? `, ${proved ? 'proved' : 'likely'}, explains about ${explains}` : ''}`,
          '',
          ...facts.map(({ text, source, at }) => `- ${mark(text)} (${mark(source)}${at === null ? '' : `, ${at}`})`),
          ...missing.map(({ what, how }) => `- missing: ${mark(what)}: ${mark(how)}`),
        ]),
    ]),
    '',
    '## Sources',
    '',
    ...sources.map(
      ({ name, watermark, rows }) => `- ${mark(name)}: ${rows} rows, complete to ${watermark ?? 'nowhere yet'}`,
    ),
    '',
  ].join('\n');

/** Names of pods are text, whatever stands in them. */
const mark = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replaceAll('\n', ' ');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** One file that needs nothing else, and prints. */
export const htmlOf = ({ query, hypotheses, next, completeness, sources }: Diagnosis): string => {
  const list = (items: readonly string[]): string =>
    items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  const causes = STATUSES.map(({ status, says }) => {
    const some = hypotheses.filter((one) => one.status === status);
    return `<h2>${says} (${some.length})</h2>${some
      .map(
        ({ cause, facts, missing, explains, proved }) =>
          `<h3>${escaped(CAUSES[cause])} <code>${cause}</code>${status === 'ruled-in' ? ` <em>${proved ? 'proved' : 'likely'}, explains about ${explains}</em>` : ''}</h3>${list(
            [
              ...facts.map(
                ({ text, source, at }) =>
                  `${escaped(text)} <small>${escaped(source)}${at === null ? '' : `, ${at}`}</small>`,
              ),
              ...missing.map(({ what, how }) => `missing: ${escaped(what)}<br><code>${escaped(how)}</code>`),
            ],
          )}`,
      )
      .join('')}`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Why calls failed</title><style>:root{color-scheme:light dark}body{max-width:80ch;margin:2rem auto;padding:0 1rem;font:15px/1.5 system-ui,sans-serif}code{overflow-wrap:anywhere}small{opacity:.75}</style><h1>Why calls failed</h1><p>${query.from} to ${query.until}, cluster ${escaped(query.cluster)}</p><p><b>Next:</b> ${escaped(next)}</p><p>${completeness.complete ? 'Complete: no source may have lost something.' : 'Not complete:'}</p>${list(completeness.reasons.map(escaped))}${causes.join('')}<h2>Sources</h2>${list(sources.map(({ name, watermark, rows }) => `${escaped(name)}: ${rows} rows, complete to ${watermark ?? 'nowhere yet'}`))}</html>\n`;
};

export const saveReport = (report: Diagnosis, form: 'md' | 'html'): void => {
  const text = form === 'md' ? markdownOf(report) : htmlOf(report);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: form === 'md' ? 'text/markdown' : 'text/html' }));
  link.download = `diagnosis.${form}`;
  link.click();
  URL.revokeObjectURL(link.href);
};
