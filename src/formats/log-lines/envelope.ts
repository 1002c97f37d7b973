import { parseInstant } from '../../base/instant.ts';
import { serviceOf } from './line-of-file.ts';

/** A line without what keeps it put around it. */
export interface Unwrapped {
  readonly text: string;
  /** When it was taken; null: nothing says. */
  readonly takenMs: number | null;
  /** null: the envelope does not say. */
  readonly service: string | null;
  /** More of the line follows in the next one. */
  readonly isPartial: boolean;
}

/** `2026-11-22T03:04:17.123456789Z stdout F message`. https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md */
const CRI = /^(\S{20,40}) (?:stdout|stderr) ([FP])(?::[A-Z])* (.*)$/s;
/** `kubectl logs --prefix`: `[pod/checkout-7d9f8b6c5-x2x9z/app] message`. */
const PREFIX = /^\[pod\/([a-z0-9.-]{1,253})\/[a-z0-9.-]{1,253}\] (.*)$/s;
/** `kubectl logs --timestamps`. */
const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6,9}(?:Z|[+-]\d{2}:\d{2})) (.*)$/s;

export const unwrapped = (line: string): Unwrapped => {
  const [, pod, rest = line] = PREFIX.exec(line) ?? [];
  const service = pod === undefined ? null : serviceOf('', pod);
  const [, at = '', tag, text = ''] = CRI.exec(rest) ?? [];
  const taken = instantIn(at);
  if (taken !== null) return { text, takenMs: taken, service, isPartial: tag === 'P' };
  const [, stamp = '', behind = ''] = STAMP.exec(rest) ?? [];
  const stamped = instantIn(stamp);
  if (stamped !== null) return { text: behind, takenMs: stamped, service, isPartial: false };
  return docker(rest, service) ?? { text: rest, takenMs: null, service, isPartial: false };
};

const instantIn = (text: string): number | null => {
  const at = text === '' ? null : parseInstant(text);
  return at?.ok === true ? at.value : null;
};

/** Docker's json-file: `{"log":"message\n","stream":"stdout","time":"…"}`, and nothing else in it. */
const docker = (line: string, service: string | null): Unwrapped | null => {
  if (!line.startsWith('{"log":"') || !line.includes('"stream":"std')) return null;
  try {
    const { log, time } = JSON.parse(line) as { readonly log?: unknown; readonly time?: unknown };
    if (typeof log !== 'string' || typeof time !== 'string') return null;
    return {
      text: log.endsWith('\n') ? log.slice(0, -1) : log,
      takenMs: instantIn(time),
      service,
      isPartial: !log.endsWith('\n'),
    };
  } catch {
    return null;
  }
};
