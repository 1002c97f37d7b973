import { KQL_BUGS } from '../kql/seeded-bugs.ts';

/** Mistakes that somebody could make, each in one place, and the tests that must notice. `npm run faults -- --bugs` makes them one by one. */
export interface SeededBug {
  readonly name: string;
  readonly file: string;
  /** This text, which the file has once, … */
  readonly is: string;
  /** … becomes this one. */
  readonly becomes: string;
  /** A file of tests, and a part of the name of those that must fail. */
  readonly tests: readonly [file: string, name: string];
}

const SERVER = 'src/server';
const REFLECTOR = 'src/sources/kubernetes/reflector.ts';
const SPOOL = 'test/faults/spool.test.ts';
const STORAGE = 'test/faults/storage.test.ts';
const COLLECTED = 'test/kubernetes-collector.test.ts';

export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    name: 'what could not be written is answered as if it were',
    file: `${SERVER}/intake.ts`,
    is: 'throw error instanceof ForeignNode ? error : new NotWritten((error as Error).message);',
    becomes: 'return batches.map((batch) => ({ rows: rowsIn(batch), known: 0 }));',
    tests: ['test/faults/disk.test.ts', 'T8'],
  },
  {
    name: 'an answer is given before the rows are durable',
    file: 'src/app/ingest.ts',
    is: 'await this.writeWaiting();\n    await this.writing;\n  }',
    becomes: 'await this.writeWaiting();\n  }',
    tests: ['test/faults/disk.test.ts', 'T8'],
  },
  {
    name: 'rows that are there already are written once more',
    file: 'src/store/write.ts',
    is: 'if (!(await isAllNew(engine, staged, known))) {',
    becomes: 'if (staged === known) {',
    tests: ['test/faults/again-and-late.test.ts', 'T3'],
  },
  {
    name: 'verdicts that a killed server had no time for are never made',
    file: `${SERVER}/serve.ts`,
    is: '  await api.intake.catchUp();\n',
    becomes: '',
    tests: ['test/serve.test.ts', 'a kill and doing it again'],
  },
  {
    name: 'a cursor is kept before the rows that it stands for',
    file: 'src/app/ingest.ts',
    is: '    if (together.length > 0) {\n      const written',
    becomes:
      '    if (cursors.length > 0) await this.store.keepCursors(this.options.cluster ?? DEFAULT_CLUSTER, cursors);\n    if (together.length > 0) {\n      const written',
    tests: ['src/app/ingest.test.ts', 'the cursor of an object'],
  },
  {
    name: 'a blob may become another while it is read',
    file: 'src/sources/blob/container.ts',
    is: 'conditions: { ifMatch: etag },',
    becomes: 'conditions: {},',
    tests: ['test/blobs.test.ts', 'what is written while a blob is read'],
  },
  {
    name: 'resource versions are compared as numbers',
    file: REFLECTOR,
    is: "if (version !== '') this.version = version;",
    becomes: 'if (Number(version) > Number(this.version)) this.version = version;',
    tests: [COLLECTED, ''],
  },
  {
    name: 'an error within a watch is taken for an event of no interest',
    file: REFLECTOR,
    is: "if (type === 'ERROR') throw statusFailure(object, 0, null);",
    becomes: "if (type === 'ERROR') return;",
    tests: [COLLECTED, ''],
  },
  {
    name: 'a connection whose other end is gone is waited for',
    file: 'src/sources/kubernetes/api-server.ts',
    is: 'const next = await Promise.race([pieces.next(), idle])',
    becomes: 'const next = await Promise.race([pieces.next(), idle.catch(() => new Promise<never>(() => undefined))])',
    tests: [COLLECTED, 'whose other end is gone'],
  },
  {
    name: 'a node may tell of another one',
    file: `${SERVER}/intake.ts`,
    is: 'isBound ? onlyOfItsNode(this.store) : this.store',
    becomes: 'this.store',
    tests: ['test/serve.test.ts', 'bound to a node'],
  },
  {
    name: 'exports of OTLP are taken though there is no room',
    file: `${SERVER}/room.ts`,
    is: 'if (this.used + bytes > this.bytes) return false;',
    becomes: 'if (this.used > Number.MAX_VALUE) return false;',
    tests: ['test/server.test.ts', 'finds no room'],
  },
  {
    name: 'the kernel dropped events, and nobody says so',
    file: 'src/agent/coverage.ts',
    is: 'const gap = encodeRemark({',
    becomes: "const gap = this.gaps >= 0 ? '' : encodeRemark({",
    tests: ['src/agent/coverage.test.ts', ''],
  },
  {
    name: 'what found no room in the spool is no gap',
    file: 'src/agent/agent.ts',
    is: 'this.lose(this.coverage.until, kept.problem);',
    becomes: '',
    tests: [SPOOL, 'others fill the disk'],
  },
  {
    name: 'an agent cannot begin where its spool is full',
    file: 'src/journal/journal.ts',
    is: "if (!NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) throw error;",
    becomes: 'throw error;',
    tests: [SPOOL, 'no server is there'],
  },
  {
    name: 'a source that is slow keeps all others waiting',
    file: `${SERVER}/turn.ts`,
    is: '    if (!isLate) return coming;\n',
    becomes: '    if (!isLate || isLate) return coming;\n',
    tests: [STORAGE, ''],
  },
  {
    name: 'a blob that cannot be read is tried again at each look',
    file: 'src/sources/blob/blob-collector.ts',
    is: 'failed.hour.etag !== etag || failed.again <= now;',
    becomes: 'failed.hour.etag !== etag || failed.again > 0;',
    tests: [STORAGE, ''],
  },
  {
    name: 'an hour that failed waits for the next look at all hours',
    file: 'src/sources/blob/blob-collector.ts',
    is: 'const earlier = isAll ? [] : this.failedBefore(span.from);',
    becomes: 'const earlier: readonly Hour[] = [];',
    tests: [STORAGE, ''],
  },
  {
    name: 'half a header may take as long as it likes',
    file: `${SERVER}/serve.ts`,
    is: 'headersTimeout: HEADERS_MS,',
    becomes: 'headersTimeout: 0,',
    tests: ['test/faults/hostile.test.ts', 'T33'],
  },
  ...KQL_BUGS,
];
