import { ALERT_FINDINGS } from './findings/alerts.ts';
import { COLLECTION_FINDINGS } from './findings/collection.ts';
import { COST_FINDINGS } from './findings/cost.ts';
import { FILE_FINDINGS } from './findings/files.ts';
import { FLOW_LOG_FINDINGS } from './findings/flow-logs.ts';
import { LOG_FINDINGS } from './findings/logs.ts';
import { NETWORK_FINDINGS } from './findings/network.ts';
import { SNAT_FINDINGS } from './findings/snat.ts';
import type { FindingSpec } from './finding.ts';

/** Every finding there is. Codes are for ever: a retired one stays, marked, and is never used again. */
export const FINDINGS: { readonly [code: string]: FindingSpec } = {
  ...FILE_FINDINGS,
  ...COLLECTION_FINDINGS,
  ...LOG_FINDINGS,
  ...FLOW_LOG_FINDINGS,
  ...NETWORK_FINDINGS,
  ...SNAT_FINDINGS,
  ...ALERT_FINDINGS,
  ...COST_FINDINGS,
};
