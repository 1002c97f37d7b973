import type { EgressTold, PlanTold, SettingsTold } from '../../app/plan-told.ts';
import type { Origin, PlanAsked, PlanOrigins } from '../../app/snat-plan.ts';
import type { EgressSettings, LoadBalancerEgress, Surge } from '../../core/snat/allocation.ts';
import type { Demand } from '../../core/snat/plan.ts';
import { memberOf, texts, textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';

/** What AKS sets where nobody says anything. */
const AKS: LoadBalancerEgress = { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30, rules: 0 };
const GATEWAY_IDLE_MINUTES = 4;

const SETTINGS = [
  'nodes',
  'surge',
  'outbound-ips',
  'ports-per-node',
  'idle-timeout',
  'lb-rules',
  'nat-gateway',
] as const;
type SettingName = (typeof SETTINGS)[number];
/** Settings as given, each with the words that gave it. A NAT gateway without a number has one address. */
type Said = ReadonlyMap<SettingName, string>;

/**
 * What the flags ask: what is left out stays as it is now, and what nobody typed of now is as a store tells it, else as AKS sets it. Without `--peak` the demand is
 * what was counted.
 */
export const planAsked = (given: Given, told: PlanTold | null): PlanAsked => {
  const then = saidByFlags(given);
  const now = saidNow(textOf(given, 'now'));
  const nodes = nodesOf(now, then, told);
  const base: EgressSettings = {
    nodes: nodes.count,
    surge: told?.settings.surge ?? { percent: 10 },
    egress: baseOf(told?.settings.egress ?? null),
  };
  const before = settingsOf(now, base, '--now ');
  const typed = demandOf(texts(given, 'peak'), texts(given, 'opens'));
  const demand = typed.length > 0 ? typed : (told?.demand ?? []);
  const isManaged = given['managedNetwork'] === true;
  const gigabytes = textOf(given, 'gb');
  const privateEndpoints = texts(given, 'privateEndpoint').map((text) => text.trim());
  if (privateEndpoints.includes(''))
    refuse('E105', '--private-endpoint: expected a destination, as shop.blob.core.windows.net');
  return {
    before,
    after: settingsOf(then, before, '--'),
    demand,
    privateEndpoints,
    gigabytes: gigabytes === null ? null : amount(gigabytes, `--gb ${gigabytes}`),
    network: isManaged ? 'managed' : (told?.settings.network ?? 'own'),
    origins: {
      ...originsOf(now, before.egress.kind, told?.settings ?? null),
      nodes: nodes.origin,
      network: isManaged ? 'typed' : told === null || told.settings.network === null ? 'default' : 'document',
      demand: typed.length > 0 ? 'typed' : demand.length > 0 ? 'counted' : null,
    },
    told,
  };
};

const nodesOf = (now: Said, then: Said, told: PlanTold | null): { readonly count: number; readonly origin: Origin } => {
  const typed = now.get('nodes');
  if (typed !== undefined) return { count: whole(typed, `--now nodes=${typed}`, 1), origin: 'typed' };
  if (told !== null && told.nodesCounted !== null) return { count: told.nodesCounted, origin: 'counted' };
  if (told !== null && told.settings.nodes !== null) return { count: told.settings.nodes, origin: 'document' };
  const later = then.get('nodes');
  return later === undefined
    ? refuse('E103', 'how many nodes?', { fix: 'Give --nodes N, or --now nodes=N.' })
    : { count: whole(later, `--nodes ${later}`, 1), origin: 'typed' };
};

/** What documents tell, and where they tell nothing what AKS sets. */
const baseOf = (told: EgressTold | null): EgressSettings['egress'] =>
  told?.kind === 'nat-gateway'
    ? {
        kind: 'nat-gateway',
        outboundIps: told.outboundIps ?? 1,
        idleMinutes: told.idleMinutes ?? GATEWAY_IDLE_MINUTES,
      }
    : {
        ...AKS,
        outboundIps: told?.outboundIps ?? AKS.outboundIps,
        portsPerNode: told?.portsPerNode ?? AKS.portsPerNode,
        idleMinutes: told?.idleMinutes ?? AKS.idleMinutes,
      };

const originsOf = (
  now: Said,
  kind: EgressSettings['egress']['kind'],
  told: SettingsTold | null,
): Omit<PlanOrigins, 'nodes' | 'network' | 'demand'> => {
  // What documents tell of one kind of egress says nothing of another.
  const egress = told?.egress?.kind === kind ? told.egress : null;
  const origin = (names: readonly SettingName[], value: unknown): Origin =>
    names.some((name) => now.has(name)) ? 'typed' : (value ?? null) === null ? 'default' : 'document';
  return {
    egressPath: egress === null ? origin(['nat-gateway', 'ports-per-node', 'lb-rules'], null) : 'document',
    surge: origin(['surge'], told?.surge),
    outboundIps: origin(['outbound-ips', 'nat-gateway'], egress?.outboundIps),
    portsPerNode: kind === 'lb' ? origin(['ports-per-node'], egress?.portsPerNode) : null,
    idleMinutes: origin(['idle-timeout'], egress?.idleMinutes),
  };
};

const saidByFlags = (given: Given): Said =>
  new Map(
    SETTINGS.flatMap((name) => {
      const text = given[memberOf(name)] === true ? '1' : textOf(given, memberOf(name));
      return text === null ? [] : [[name, text] as const];
    }),
  );

/** `nodes=48,outbound-ips=2`. */
const saidNow = (text: string | null): Said => {
  const parts = (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
  if (text !== null && parts.length === 0) refuse('E105', '--now: expected settings, as nodes=48,outbound-ips=2');
  const said = new Map<SettingName, string>();
  for (const part of parts) {
    const [name = '', value, ...more] = part.split('=');
    const known = SETTINGS.find((one) => one === name);
    if (known === undefined) return refuse('E105', `--now ${part}: expected ${SETTINGS.join(', ')}`);
    if ((value === undefined && known !== 'nat-gateway') || more.length > 0)
      return refuse('E105', `--now ${part}: expected a value, as ${known}=1`);
    if (said.has(known)) return refuse('E105', `--now ${part}: ${known} was said before`);
    said.set(known, value ?? '1');
  }
  return said;
};

const settingsOf = (said: Said, base: EgressSettings, flag: string): EgressSettings => {
  const number = (name: SettingName, from: number): number | undefined => {
    const text = said.get(name);
    return text === undefined ? undefined : whole(text, `${flag}${name}${flag === '--' ? ' ' : '='}${text}`, from);
  };
  const surge = said.get('surge');
  return {
    nodes: number('nodes', 1) ?? base.nodes,
    surge: surge === undefined ? base.surge : surgeOf(surge, `${flag}surge${flag === '--' ? ' ' : '='}${surge}`),
    egress: egressOf(said, base.egress, number, flag),
  };
};

const egressOf = (
  said: Said,
  base: EgressSettings['egress'],
  number: (name: SettingName, from: number) => number | undefined,
  flag: string,
): EgressSettings['egress'] => {
  const idleMinutes = number('idle-timeout', 1);
  const ofLoadBalancer = (['ports-per-node', 'lb-rules'] as const).find((name) => said.has(name));
  if (said.has('nat-gateway')) {
    const other = ofLoadBalancer ?? (said.has('outbound-ips') ? 'outbound-ips' : undefined);
    if (other !== undefined)
      refuse('E105', `${flag}nat-gateway and ${flag}${other} contradict each other`, {
        why: 'a NAT gateway gives no node ports of its own, and its addresses are those of --nat-gateway N',
      });
    return {
      kind: 'nat-gateway',
      outboundIps: number('nat-gateway', 1) ?? 1,
      idleMinutes: idleMinutes ?? (base.kind === 'nat-gateway' ? base.idleMinutes : GATEWAY_IDLE_MINUTES),
    };
  }
  const outboundIps = number('outbound-ips', 1);
  if (base.kind === 'nat-gateway' && ofLoadBalancer === undefined)
    return {
      ...base,
      ...(outboundIps === undefined ? {} : { outboundIps }),
      ...(idleMinutes === undefined ? {} : { idleMinutes }),
    };
  const from = base.kind === 'lb' ? base : AKS;
  return {
    kind: 'lb',
    outboundIps: outboundIps ?? from.outboundIps,
    portsPerNode: number('ports-per-node', 0) ?? from.portsPerNode,
    idleMinutes: idleMinutes ?? from.idleMinutes,
    rules: number('lb-rules', 0) ?? from.rules,
  };
};

/** `said` is flag and text as they were typed. */
const whole = (text: string, said: string, from: number): number => {
  const n = Number(text);
  return /^\d{1,9}$/.test(text) && n >= from
    ? n
    : refuse('E105', `${said}: expected a whole number from ${from} to 999999999`);
};

const amount = (text: string, said: string): number =>
  /^\d{1,9}(?:\.\d{1,6})?$/.test(text)
    ? Number(text)
    : refuse('E105', `${said}: expected a number from 0 to 999999999, as 1500 or 0.5`);

/** As AKS has it: `3` or `10%`. */
const surgeOf = (text: string, said: string): Surge => {
  const percent = /^(\d{1,3})%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { percent: Number(percent) };
  return /^\d{1,4}$/.test(text)
    ? { nodes: Number(text) }
    : refuse('E105', `${said}: expected a number of nodes, or up to 100%`);
};

/** `203.0.113.66:443=900`, `203.0.113.53:53/udp=40`, or `900` for all destinations together. */
const demandOf = (peaks: readonly string[], opens: readonly string[]): readonly Demand[] => {
  const rates = new Map(
    opens.map((text) => {
      const [dest, rate] = parted(text, '--opens');
      if (dest === null)
        return refuse('E105', `--opens ${text}: expected DEST=NUMBER`, {
          why: 'a closed connection keeps its port from its own destination alone: of all destinations together a rate bounds nothing',
        });
      if (dest.endsWith('/udp'))
        return refuse('E105', `--opens ${text}: datagrams do not close`, {
          why: 'nobody says how long a load balancer keeps the port of the last one: only what is held (--peak) counts',
        });
      return [dest, amount(rate, `--opens ${text}`)] as const;
    }),
  );
  const demand = peaks.map((text): Demand => {
    const [dest, ports] = parted(text, '--peak');
    return {
      dest,
      protocol: dest?.endsWith('/udp') === true ? 'udp' : 'tcp',
      ports: whole(ports, `--peak ${text}`, 0),
      opensPerSecond: dest === null ? null : (rates.get(dest) ?? null),
    };
  });
  const twice = demand.find((one, i) => demand.findIndex(({ dest }) => dest === one.dest) < i);
  if (twice !== undefined) refuse('E105', `--peak ${twice.dest ?? twice.ports}: said twice`);
  for (const dest of rates.keys())
    if (!demand.some((one) => one.dest === dest)) refuse('E105', `--opens ${dest}: there is no --peak of it`);
  const inAll = demand.find(({ dest }) => dest === null);
  const more = inAll === undefined ? undefined : demand.find(({ ports }) => ports > inAll.ports);
  if (inAll !== undefined && more !== undefined)
    refuse('E105', `--peak ${inAll.ports} and --peak ${more.dest ?? ''}=${more.ports} contradict each other`, {
      why: 'all destinations together hold no fewer ports than one of them',
    });
  return demand;
};

/** A name or an address, perhaps with port and protocol; nothing that is written between them. */
const DESTINATION = /^[^\s=\p{Cc}]+$/u;

const parted = (text: string, flag: string): readonly [dest: string | null, value: string] => {
  const at = text.lastIndexOf('=');
  if (at >= 0 && !DESTINATION.test(text.slice(0, at).trim()))
    refuse('E105', `${flag} ${text}: expected DEST=NUMBER, or a number for all destinations together`);
  return at < 0 ? [null, text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
};
