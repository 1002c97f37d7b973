/**
 * Plays one seed and writes it: node lab/incidents/play.ts SEED OUT [CAUSE]. A process of its own, so that several runs have
 * namespaces of their own. Its last line is the truth.
 */
import { drawIncident, isOnly } from './incident.ts';
import { record } from './record.ts';
import { write } from './write.ts';

const [seed = '', out = '', only = ''] = process.argv.slice(2);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
try {
  const incident = drawIncident(Number(seed), isOnly(only) ? only : null);
  const recorded = await record(incident, out, stop.signal);
  console.log(JSON.stringify(write(recorded, out)));
} catch (error) {
  console.error(stop.signal.aborted ? 'interrupted; every namespace was removed' : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
