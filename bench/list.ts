import type { Benchmark } from './benchmark.ts';
import { attribute, attributeWrittenBench } from './benchmarks/attribute.ts';
import { audit } from './benchmarks/audit.ts';
import { bytesPerFlow } from './benchmarks/bytes-per-flow.ts';
import { consoleBench } from './benchmarks/console.ts';
import { diagnose } from './benchmarks/diagnose.ts';
import { endToEnd } from './benchmarks/end-to-end.ts';
import { growth } from './benchmarks/growth.ts';
import { help } from './benchmarks/help.ts';
import { ingest } from './benchmarks/ingest.ts';
import { ledger } from './benchmarks/ledger.ts';
import { map } from './benchmarks/map.ts';
import { memory } from './benchmarks/memory.ts';
import { parse } from './benchmarks/parse.ts';
import { reopen } from './benchmarks/reopen.ts';
import { rates } from './benchmarks/rates.ts';
import { senders } from './benchmarks/senders.ts';
import { who } from './benchmarks/who.ts';

/** Every benchmark there is, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  parse,
  ingest,
  attribute,
  attributeWrittenBench,
  endToEnd,
  who,
  bytesPerFlow,
  memory,
  reopen,
  help,
  growth,
  rates,
  ledger,
  diagnose,
  audit,
  map,
  senders,
  consoleBench,
];
