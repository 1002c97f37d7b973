import type { Context, Decoder, Taken } from '../decoder.ts';
import { FlowLogReader } from './flow-log-reader.ts';
import { JsonScanner } from './json-scanner.ts';

/**
 * VNet flow logs version 4 and NSG flow logs versions 1 and 2: `{"records":[…]}`, an array of records, records alone, one
 * after the other; an hour that is still being written too. Which of them it is, each tuple says; `format` is known from the first one on.
 * https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 * https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview
 */
export const flowLogDecoder = (_context: Context): Decoder => {
  const reader = new FlowLogReader();
  const scanner = new JsonScanner(reader);
  return {
    get format() {
      return reader.isNsg ? 'nsg-flow-log' : 'vnet-flow-log';
    },
    get waiting() {
      return reader.waiting;
    },
    push: (bytes) => scanner.push(bytes),
    end: () => scanner.end(),
    take: (): Taken => ({
      facts: {
        flowRecords: reader.takeRows(),
        conntrack: null,
        pods: [],
        nodes: [],
        looks: [],
        gaps: [],
        logLines: [],
        aggregates: [],
        sightings: [],
      },
      rejects: reader.rejects.take(),
      ignored: reader.takeIgnored(),
      clusters: [],
    }),
  };
};
