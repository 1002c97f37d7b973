import type { PodSeen } from '../../core/facts.ts';
import type { Batch } from '../../core/ports.ts';
import type { Engine } from '../engine.ts';
import { sql } from '../sql.ts';
import { saltKnown, uidToken } from './plan.ts';

type Named = Pick<PodSeen, 'uid' | 'namespace' | 'name'> & { readonly workload: string };

export interface WithoutPurged {
  readonly batch: Batch;
  /** Rows that were left out. */
  readonly purged: number;
}

/** What stands in the place of pods that were purged. Of one that is read again its stand-in is seen, and what it says is left out: it is known by its uid. */
export class StandIns {
  private readonly salt: string;
  /** By cluster and token. */
  private readonly known: ReadonlyMap<string, Named>;

  private constructor(salt: string, known: ReadonlyMap<string, Named>) {
    this.salt = salt;
    this.known = known;
  }

  static async of(engine: Engine): Promise<StandIns> {
    const salt = await saltKnown(engine);
    if (salt === null) return StandIns.nobody;
    const rows = await engine.rows<Named & { cluster: string }>(sql('purge/stand-ins'));
    return new StandIns(salt, new Map(rows.map(({ cluster, ...named }) => [`${cluster}\n${named.uid}`, named])));
  }

  static readonly nobody: StandIns = new StandIns('', new Map());

  applied(batch: Batch): WithoutPurged {
    if (this.known.size === 0) return { batch, purged: 0 };
    const { pods, sightings, logLines } = batch;
    const others = <Row extends { readonly podUid: string }>(rows: readonly Row[]): readonly Row[] =>
      rows.filter(({ podUid }) => podUid === '' || this.of(batch.cluster, podUid) === undefined);
    const [keptSightings, keptLines] = [others(sightings), others(logLines)];
    return {
      batch: {
        ...batch,
        pods: pods.map((pod) => this.seen(batch.cluster, pod)),
        sightings: keptSightings,
        logLines: keptLines,
      },
      purged: sightings.length - keptSightings.length + logLines.length - keptLines.length,
    };
  }

  private seen(cluster: string, pod: PodSeen): PodSeen {
    const standIn = this.of(cluster, pod.uid);
    if (standIn === undefined) return pod;
    const { uid, namespace, name, workload } = standIn;
    return { ...pod, uid, namespace, name, workload: { ...pod.workload, namespace, name: workload } };
  }

  private of(cluster: string, uid: string): Named | undefined {
    return this.known.get(`${cluster}\n${uidToken(this.salt, uid)}`);
  }
}
