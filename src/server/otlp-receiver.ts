import { expiredIn } from '../app/ingest.ts';
import { type Trouble, trouble } from '../app/errors.ts';
import { each } from '../base/each.ts';
import { ok, type Result } from '../base/result.ts';
import type { ByteObject } from '../core/ports.ts';
import type { Admission } from './admission.ts';
import type { Intake } from './intake.ts';
import type { Metrics } from './metrics.ts';
import { Room } from './room.ts';

export const SIGNALS = ['traces', 'logs'] as const;
export type Signal = (typeof SIGNALS)[number];

/** OTLP's protobuf, both ways. */
export interface OtlpWire {
  /** The same export in OTLP's JSON; a problem says what is broken. */
  toJson(signal: Signal, message: Uint8Array): Result<Uint8Array, string>;
  /** What an export is answered with; empty where nothing was rejected. */
  response(rejected: number, why: string): Uint8Array;
  /** google.rpc.Status. */
  refusal(code: number, message: string): Uint8Array;
}

export interface OtlpExport {
  readonly signal: Signal;
  readonly isJson: boolean;
  readonly body: Uint8Array;
  /** null: the default one. */
  readonly cluster: string | null;
}

export type OtlpOutcome =
  | { readonly kind: 'taken'; readonly rejected: number; readonly why: string }
  /** Nothing of it was taken: it is to be sent again. */
  | { readonly kind: 'busy'; readonly why: string }
  /** Nothing of it can be taken, now or later. */
  | { readonly kind: 'refused'; readonly trouble: Trouble };

/** Another way in for exports. Throws the system's error where it cannot listen. */
export type OtlpListener = (
  receiver: Pick<OtlpReceiver, 'admit' | 'receive'>,
) => Promise<{ readonly address: string; close(): Promise<void> }>;

/** Takes spans and log records as OpenTelemetry's SDKs and Collector send them. What is acknowledged is durable. */
export class OtlpReceiver {
  readonly room: Room;
  private readonly admission: Admission;
  private readonly intake: Intake;
  private readonly metrics: Metrics;
  private readonly wire: OtlpWire;

  /** `most`: bytes of exports that are in memory at a time; the rest is told to come again. */
  constructor(most: number, admission: Admission, intake: Intake, metrics: Metrics, wire: OtlpWire) {
    this.room = new Room(most);
    this.admission = admission;
    this.intake = intake;
    this.metrics = metrics;
    this.wire = wire;
  }

  /** Who sends it, or why they may not. `unknown`: they show no token that is known. */
  async admit(authorization: string | undefined): Promise<Result<string, 'unknown' | 'forbidden' | 'unavailable'>> {
    const admitted = await this.admission.admit(authorization, 'ingest');
    if (typeof admitted === 'string') return { ok: false, problem: admitted };
    // A node's token is for what its conntrack says.
    return admitted.node === null ? ok(admitted.name) : { ok: false, problem: 'forbidden' };
  }

  async receive({ signal, isJson, body, cluster }: OtlpExport): Promise<OtlpOutcome> {
    const json = isJson ? ok(body) : this.wire.toJson(signal, body);
    if (!json.ok) return this.counted({ kind: 'refused', trouble: trouble('E610', json.problem) });
    const bytes = json.value;
    if (isEmpty(bytes)) return this.counted({ kind: 'taken', rejected: 0, why: '' });
    // JSON has its room already, as the body of its request.
    const more = isJson ? 0 : bytes.length;
    if (!this.room.take(more)) return this.counted({ kind: 'busy', why: 'too much waits to be written' });
    try {
      const taken = await this.intake.gather(objectOf(bytes), cluster);
      if (!taken.ok) return this.counted({ kind: 'refused', trouble: taken.problem });
      const { problem, rows, known, rejects, ignored } = taken.value;
      const expired = expiredIn(taken.value);
      const isNothing = rows + known === 0 && Object.keys(ignored).length === 0;
      if (problem !== null || (rejects > 0 && isNothing))
        return this.counted({
          kind: 'refused',
          trouble: trouble('E610', problem ?? `nothing of the ${signal} could be read: ${rejects} rejected`),
        });
      const why = [
        ...(rejects === 0 ? [] : [`${rejects} could not be read: \`unmasq sources\` shows why`]),
        ...(expired === 0 ? [] : [`${expired} are older than is kept`]),
      ].join('; ');
      return this.counted({ kind: 'taken', rejected: rejects + expired, why });
    } catch (error) {
      // Exporters drop what is answered with 500.
      return this.counted({ kind: 'busy', why: `it could not be written: ${(error as Error).message}` });
    } finally {
      this.room.giveBack(more);
    }
  }

  counted(outcome: OtlpOutcome): OtlpOutcome {
    this.metrics.exported(outcome.kind);
    return outcome;
  }
}

/** `{}`, and lists that hold nothing: an exporter may send that. */
const isEmpty = (json: Uint8Array): boolean =>
  json.length < 64 &&
  /^\s*\{\s*(?:"resource(?:Spans|Logs)"\s*:\s*\[\s*\]\s*)?\}\s*$/.test(new TextDecoder().decode(json));

const objectOf = (bytes: Uint8Array): ByteObject => ({ name: 'otlp', read: () => each([ok(bytes)]) });
