import { globSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Where tests make their folders. The store waits for the disk at each write: in memory, where there is room, that costs nothing.
 * What Node compiled once, types erased, it keeps there, as `bin/unmasq` has it: many tests start the program itself.
 */
const temporaryFolder = (): Readonly<Record<string, string>> => {
  if (process.env['TMPDIR'] !== undefined) return {};
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ENOUGH_BYTES) return {};
    const folder = mkdtempSync(`${MEMORY}/unmasq-tests-`);
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return { TMPDIR: folder, NODE_COMPILE_CACHE: `${folder}/compiled` };
  } catch {
    return {};
  }
};

const ALL = '{src,test,lab,simulator,tools,bench,ui}/**/*.test.ts';
/** The program with others' programs and real networks: npm run test:live. */
const LIVE = [
  'test/{blobs,kubectl,otlp}.test.ts',
  'test/{kubernetes,serve}*.test.ts',
  'test/azure-monitor/**/*.test.ts',
  'lab/{agent,image,live,now,ports}.test.ts',
  'lab/incidents/live.test.ts',
];
/** The program as its users start it, again and again, which costs a second each time, and on simulated clusters: npm run test:program. */
const PROGRAM = [
  'bench/laws.test.ts',
  'src/cli/run.test.ts',
  'test/fuzz/http.test.ts',
  'src/cli/completion/completion.test.ts',
  'src/main.test.ts',
  'simulator/simulate.test.ts',
  'test/files-api.test.ts',
  'test/generate/program.test.ts',
  'test/{audit-logs,backup,compact,cost,examples,json-shapes,killed-while-writing,pack,snat,snat-advice,snat-plan,symptoms,trace}.test.ts',
  'test/{map,purge,rates,restricted,retention,traffic-analytics,wire-program,cluster-program}.test.ts',
  'test/mutants/typescript.test.ts',
];
/** The console in a browser: npm run test:ui. */
const UI = 'test/ui/**/*.test.ts';
/** The program in trouble: npm run faults. */
const FAULTS = 'test/faults/**/*.test.ts';
/** The contract of the store: on the embedded engine in npm test, and once more over the wire of a ClickHouse server: npm run test:wire. */
const WIRE = [
  'test/wire.test.ts',
  'test/{aggregates,azure-resources,changes,clock-leap,ended-questions,events,firewall,flow-steps,holdings}.test.ts',
  'test/{attribution.parity,map,path,port-paths,ports,relays,restricted,sightings,store-writes,verdicts}.test.ts',
];
const APART = [...LIVE, ...PROGRAM, FAULTS, UI];

/** Files that open the engine: each has a process of its own. */
const WITH_ENGINE = globSync(ALL, { exclude: APART }).filter((path) =>
  /\b(?:openChdb|openFolder|openStore|withStore|temporaryStore|startClickhouse|startCluster)\b/.test(
    readFileSync(path, 'utf8'),
  ),
);

/** What takes long, the longest first: begun first, so that both workers end together. */
const LONG = [
  'test/traffic-analytics.test.ts',
  'test/rates.test.ts',
  'test/restricted.test.ts',
  'test/retention.test.ts',
  'test/verdicts.test.ts',
  'test/changes.test.ts',
  'test/attribution.parity.test.ts',
  'test/holdings.test.ts',
  'test/mutants/typescript.test.ts',
  'simulator/simulate.test.ts',
  'src/cli/run.test.ts',
  'test/aggregates.test.ts',
  'test/port-paths.test.ts',
  'test/snat-egress.test.ts',
  'test/store-writes.test.ts',
  'test/kql/hostile.test.ts',
  'test/generate/parts.test.ts',
  'test/relays.test.ts',
  'test/evaluate.test.ts',
  'test/generate/audited.test.ts',
  'test/kql/pack-local.test.ts',
  'test/kql-local.test.ts',
  'test/mutants/sql.test.ts',
  'bench/laws.test.ts',
  'test/sightings.test.ts',
  'test/json-shapes.test.ts',
  'test/snat-advice.test.ts',
  'test/trace.test.ts',
  'test/examples.test.ts',
  'src/main.test.ts',
  'test/serve-kubernetes.test.ts',
  'test/blobs.test.ts',
  'lab/live.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((file) => moduleId.endsWith(`/${file}`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    // chDB is a native library that keeps one engine a process: threads would share it, and would not survive each other's end.
    pool: 'forks',
    maxWorkers: 2,
    env: temporaryFolder(),
    setupFiles: ['test/drawn.ts'],
    sequence: { sequencer: LongestFirst },
    // The engine starts in half a second on an idle machine; a busy one of two cores takes ten times as long.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'engine', include: WITH_ENGINE } },
      {
        extends: true,
        // These share their processes: to start one takes longer than most of them.
        test: {
          name: 'plain',
          include: [ALL],
          exclude: [...WITH_ENGINE, ...APART],
          isolate: false,
        },
      },
      // These wait for processes, networks and browsers of a machine that does other things too: what fails is tried once more, and told.
      { extends: true, test: { name: 'program', include: PROGRAM, retry: 1 } },
      { extends: true, test: { name: 'live', include: LIVE, retry: 1 } },
      { extends: true, test: { name: 'ui', include: [UI], retry: 1 } },
      { extends: true, test: { name: 'faults', include: [FAULTS] } },
      // Each statement is a request: what takes the engine a moment takes these longer.
      ...Object.entries({ wire: 'wire', 'cluster-of-1': 'cluster of 1', 'cluster-of-2': 'cluster of 2' }).map(
        ([name, engine]) => ({
          extends: true as const,
          test: {
            name,
            include: WIRE,
            env: { UNMASQ_TEST_ENGINE: engine },
            testTimeout: 120_000,
            hookTimeout: 180_000,
          },
        }),
      ),
    ],
  },
});
