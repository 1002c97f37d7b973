// Made of docs/reference/schemas by tools/answer-types.ts, whose test holds the two together. Edit the schemas, then: node tools/answer-types.ts

/** One finding; one line of `unmasq audit PATH -o jsonl` */
export interface AuditFinding {
  readonly code: string;
  readonly severity: 'critical' | 'warning' | 'note';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly subject: string;
  readonly key: string;
  readonly message: string;
  readonly matters: string;
  readonly fix: string;
  readonly doc: string;
  readonly costPerMonth: number | null;
  readonly edits: readonly {
    readonly file: string;
    readonly from: number;
    readonly until: number;
    readonly text: string;
  }[];
  readonly diff: string;
  readonly related: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly says: string;
  }[];
  readonly isKnown: boolean | null;
  readonly ignored: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly until: string;
    readonly reason: string;
    readonly by: 'comment' | 'file';
  } | null;
}

/** `unmasq audit PATH -o json` */
export interface Audit {
  readonly schemaVersion: 1;
  readonly kind: 'Audit';
  readonly query: {
    readonly paths: readonly string[];
    readonly scope: 'as-found' | 'complete' | 'partial';
    readonly elsewhere: readonly ('flow-logs' | 'alerts' | 'queries' | 'collection-rules' | 'agent' | 'nat-gateway')[];
    readonly needDays: number;
    readonly today: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: 'terraform' | 'plan' | 'azure' | 'kubernetes' | 'kql';
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly summary: {
    readonly critical: number;
    readonly warning: number;
    readonly note: number;
  };
  readonly findings: readonly AuditFinding[];
  readonly answerability: readonly {
    readonly id: 'who' | 'snat' | 'diagnose' | 'trace' | 'monitoring';
    readonly question: string;
    readonly answerable: 'yes' | 'partly' | 'no' | 'cannot-tell';
    readonly says: string;
    readonly cost: {
      /** US dollars a month for all that the question makes use of; null: not answered, or nothing of it is known */
      readonly alone: number | null;
      /** The same with each line shared between the questions that make use of it */
      readonly share: number | null;
      /** There is more that is not known beforehand */
      readonly isAtLeast: boolean;
    };
    readonly verdicts: readonly string[];
    readonly missing: readonly ('records' | 'aggregates' | 'firewall-logs' | 'translations' | 'watched-leases' | 'minute-leases' | 'coarse-leases' | 'node-addresses' | 'port-metrics' | 'spans' | 'span-ports' | 'log-ids' | 'network-logs' | 'dns-signals' | 'kernel-counters')[];
    readonly cheapestChange: {
      readonly does: readonly string[];
      readonly adds: readonly ('records' | 'aggregates' | 'firewall-logs' | 'translations' | 'watched-leases' | 'minute-leases' | 'coarse-leases' | 'node-addresses' | 'port-metrics' | 'spans' | 'span-ports' | 'log-ids' | 'network-logs' | 'dns-signals' | 'kernel-counters')[];
      readonly costPerMonth: number | null;
      readonly gives: string;
    } | null;
  }[];
  readonly causes: readonly {
    readonly cause: string;
    readonly tells: boolean | null;
  }[];
  readonly ignored: readonly AuditFinding[];
  readonly gone: readonly {
    readonly code: string;
    readonly file: string;
    readonly subject: string;
    readonly key: string;
    readonly count: number;
  }[];
}

/** `unmasq backup -o json` and `unmasq restore -o json` */
export interface Backup {
  readonly schemaVersion: 1;
  readonly kind: 'Backup' | 'Restore';
  /** The file or folder of the backup, as it was given. */
  readonly backup: string;
  /** The data folder; null: of a dry run. */
  readonly data: string | null;
  readonly takenAt: string;
  /** The unmasq that took it. */
  readonly version: string;
  /** The version of the store's tables. */
  readonly schema: number;
  readonly engine: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the manifest, which has those of all files. */
  readonly sha256: string;
  readonly sources: readonly {
    readonly cluster: string;
    readonly name: string;
    readonly kind: string;
    readonly rows: number;
    readonly watermark: string | null;
  }[];
  readonly items: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
  }[];
}

/** `unmasq compact -o json` */
export interface Compaction {
  readonly schemaVersion: 1;
  readonly kind: 'Compaction';
  readonly data: string;
  /** Of the folder, as it lies on the disk. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Older than is kept. */
  readonly expired: readonly {
    readonly table: string;
    readonly rows: number;
  }[];
  readonly items: readonly {
    readonly table: string;
    readonly rowsBefore: number;
    readonly rowsAfter: number;
    readonly bytesBefore: number;
    readonly bytesAfter: number;
  }[];
}

/** One sender in one interval, in `unmasq who DEST --compare 24h -o json` */
export interface ComparedSide {
  readonly flows: number;
  readonly exactFlows: number;
  readonly possibleFlows: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly share: number;
  readonly first: string;
  readonly last: string;
  readonly pods: readonly {
    readonly name: string;
    readonly uid: string;
    readonly node: string;
    readonly flows: number;
    readonly exactFlows: number;
    readonly bytesOut: number;
    readonly bytesIn: number;
    readonly first: string;
    readonly last: string;
    readonly confidence: number;
    /** Of exactFlows those that it only forwarded, as a relay; absent: none. */
    readonly relayedFlows?: number;
  }[];
}

/** `unmasq cost breakdown -o json` */
export interface CostBreakdown {
  readonly schemaVersion: 1;
  readonly kind: 'CostBreakdown';
  readonly query: {
    readonly spec: string;
    readonly set: readonly string[];
    readonly by: 'table' | 'namespace' | 'area' | 'plan';
  };
  readonly cluster: string;
  readonly currency: 'USD';
  /** The oldest date among the prices that were used; null: none was. */
  readonly pricesAsOf: string | null;
  readonly pricesRegion: string;
  /** The sum of what is known, in US dollars. */
  readonly monthly: number;
  /** What `monthly` leaves out: it is a lower bound where this is not empty. */
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
  readonly slices: readonly {
    /** null: of none, or not known of which. */
    readonly of: string | null;
    /** Ingested in a month. */
    readonly gb: number | null;
    readonly monthly: number;
    /** Of the sum of what is known. */
    readonly share: number | null;
    readonly isAtLeast: boolean;
  }[];
}

/** `unmasq cost diff -o json` */
export interface CostDifference {
  readonly schemaVersion: 1;
  readonly kind: 'CostDifference';
  readonly before: {
    readonly spec: string;
    readonly set: readonly string[];
    readonly cluster: string;
    readonly monthly: number;
    readonly unknown: readonly string[];
  };
  readonly after: {
    readonly spec: string;
    readonly set: readonly string[];
    readonly cluster: string;
    readonly monthly: number;
    readonly unknown: readonly string[];
  };
  readonly currency: 'USD';
  /** The oldest date among the prices that were used; null: none was. */
  readonly pricesAsOf: string | null;
  readonly pricesRegion: string;
  /** Of the lines that are known before and after. */
  readonly monthlyChange: number;
  /** Lines that `monthlyChange` leaves out. */
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
  readonly items: readonly {
    readonly area: 'ingestion' | 'retention' | 'flow-logs' | 'egress' | 'alerts';
    readonly item: string;
    readonly before: number | null;
    readonly after: number | null;
    readonly change: number | null;
  }[];
}

/** `unmasq cost estimate -o json` */
export interface CostEstimate {
  readonly schemaVersion: 1;
  readonly kind: 'CostEstimate';
  readonly query: {
    readonly spec: string;
    readonly set: readonly string[];
  };
  readonly cluster: string;
  /** What it was reckoned from: the spec as it is read, with what it leaves to us and what was set otherwise. */
  readonly settings: MonitoringSpec;
  readonly currency: 'USD';
  /** The oldest date among the prices that were used; null: none was. */
  readonly pricesAsOf: string | null;
  readonly pricesRegion: string;
  /** The sum of what is known, in US dollars. */
  readonly monthly: number;
  /** What `monthly` leaves out: it is a lower bound where this is not empty. */
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
  readonly items: readonly {
    readonly area: 'ingestion' | 'retention' | 'flow-logs' | 'egress' | 'alerts';
    readonly item: string;
    readonly table: string | null;
    readonly namespace: string | null;
    readonly plan: 'Analytics' | 'Basic' | 'Auxiliary' | null;
    /** null: not known, never 0. */
    readonly quantity: number | null;
    readonly unit: string;
    readonly unitPrice: number | null;
    readonly monthly: number | null;
    /** Of rows of tables: read from exports, told by the spec, or rows times bytes. */
    readonly origin: 'measured' | 'told' | 'reckoned' | null;
    /** What would have to be known. */
    readonly missing: string | null;
  }[];
  readonly measured: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    readonly by: 'billed-size' | 'columns' | 'usage';
    readonly minutes: number;
  }[];
}

/** `unmasq diagnose -o json` */
export interface Diagnosis {
  readonly schemaVersion: 1;
  readonly kind: 'Diagnosis';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly assumed: readonly string[];
  readonly hypotheses: readonly {
    readonly cause: 'lb-snat-exhaustion' | 'nat-gateway-drops' | 'firewall-snat' | 'node-port-exhaustion' | 'conntrack-full' | 'pod-port-exhaustion' | 'idle-timeout' | 'dns-failing' | 'dns-udp-race' | 'coredns-overload' | 'destination-refusing' | 'destination-down' | 'destination-throttling' | 'path-loss' | 'policy-denied' | 'firewall-denied' | 'client-timeout' | 'terminating';
    readonly status: 'ruled-in' | 'ruled-out' | 'cannot-tell';
    readonly rank: number;
    readonly facts: readonly {
      readonly text: string;
      readonly source: string;
      readonly at: string | null;
    }[];
    readonly missing: readonly {
      readonly what: string;
      readonly how: string;
    }[];
    /** failed calls or connections that it is behind, about; 0 where it is not ruled in */
    readonly explains: number;
    /** what failed counted or logged it itself */
    readonly proved: boolean;
  }[];
  readonly next: string;
}

/** `unmasq doctor -o json` */
export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly kind: 'DoctorReport';
  readonly query: {
    readonly clusters: readonly string[];
    readonly at: string;
  };
  readonly items: readonly {
    readonly cluster: string | null;
    readonly source: string;
    readonly status: 'ok' | 'warning' | 'failed';
    readonly says: string;
    readonly fix: string | null;
  }[];
  readonly answerable: null | {
    readonly question: string;
    readonly exact: boolean;
    readonly flows: number;
    readonly exactFlows: number;
    readonly lacks: readonly {
      readonly what: string;
      readonly how: string;
      readonly reason: string;
      readonly flows: number;
    }[];
    readonly incomplete: readonly string[];
  };
}

/** `unmasq evaluate --truth FILE --compare DIR -o json` */
export interface EvaluationComparison {
  readonly schemaVersion: 1;
  readonly kind: 'EvaluationComparison';
  /** The store of --data. */
  readonly before: {
    /** The folder of the store. */
    readonly data: string;
    readonly cluster: string;
    /** What the store was fed; the conntrack of all nodes is one source. */
    readonly fed: readonly {
      readonly source: string;
      readonly rows: number;
    }[];
    /** Flows for which a pod, a workload or the node itself is named: exact, probable and node. */
    readonly named: {
      readonly flows: number;
      readonly bytes: number;
    };
    readonly evaluation: Evaluation;
  };
  /** The store of --compare. */
  readonly after: {
    /** The folder of the store. */
    readonly data: string;
    readonly cluster: string;
    /** What the store was fed; the conntrack of all nodes is one source. */
    readonly fed: readonly {
      readonly source: string;
      readonly rows: number;
    }[];
    /** Flows for which a pod, a workload or the node itself is named: exact, probable and node. */
    readonly named: {
      readonly flows: number;
      readonly bytes: number;
    };
    readonly evaluation: Evaluation;
  };
  /** A flow is in both where its tuple is, begun within three seconds. */
  readonly flows: {
    readonly both: number;
    readonly onlyBefore: number;
    readonly onlyAfter: number;
  };
  /** Every flow of both stores is in one of them, also where nothing moved; most flows first. */
  readonly moves: readonly {
    /** null: the flow was not there. */
    readonly from: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed' | null;
    readonly to: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed' | null;
    readonly flows: number;
    /** Of them those for which both name somebody, and not the same one. */
    readonly renamed: number;
    /** Of them those that the truth tells of. */
    readonly withTruth: number;
    /** Of those with truth, how many had the true workload named first; of several that are equally probable a share. */
    readonly rightBefore: number;
    readonly rightAfter: number;
    /** Ids: those that name another one where there are any, then the oldest. */
    readonly first: readonly string[];
  }[];
  /** Why the two may not be comparable; empty when they seem to be. */
  readonly unlike: readonly string[];
}

/** `unmasq evaluate --truth FILE -o json` */
export interface Evaluation {
  readonly schemaVersion: 1;
  readonly kind: 'Evaluation';
  readonly flows: number;
  readonly matched: number;
  /** Rows of the truth that no flow was found for. */
  readonly truthWithoutFlow: number;
  /** The oldest twenty of them; the truth is a pod's UID, or `node`. */
  readonly unpaired: readonly {
    readonly begin: string;
    readonly tuple: string;
    readonly truth: string;
  }[];
  /** Whose clock the truth goes by, and what the flow log is ahead of it; null: as far as of the clock of each flow's node. */
  readonly truthClock: {
    readonly goesBy: 'flow-log' | 'most-nodes' | 'own-node' | 'another';
    readonly aheadMs: number | null;
  };
  /** Where the truth matches no flow at all: what may be wrong, one sentence each. */
  readonly mismatch: readonly string[];
  readonly coverage: {
    readonly flows: number;
    readonly bytes: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
    readonly byReason: readonly {
      readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
      readonly reason: string;
      readonly flows: number;
      readonly bytes: number;
    }[];
  };
  /** withTruth: of the n flows, those that the truth has a row for. right, of these: exact: the true pod is named; probable: the true workload is named; ambiguous: the true one is a candidate, and where not all are listed a pod of that node counts as one; node: it was the node itself; null: the verdict names nobody. madeByPod, of these: the truth names a pod behind the node's address, not the node itself. */
  readonly byVerdict: {
    readonly exact: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: number;
      readonly madeByPod: number;
    };
    readonly probable: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: number;
      readonly madeByPod: number;
    };
    readonly ambiguous: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: number;
      readonly madeByPod: number;
    };
    readonly relayed: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: null;
      readonly madeByPod: number;
    };
    readonly node: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: number;
      readonly madeByPod: number;
    };
    readonly unattributed: {
      readonly n: number;
      readonly withTruth: number;
      readonly right: null;
      readonly madeByPod: number;
    };
  };
  readonly exact: {
    readonly n: number;
    readonly correct: number;
  };
  readonly exactWithoutTruth: {
    readonly n: number;
    readonly flows: readonly string[];
  };
  /** The oldest of the exact flows that named the wrong pod; exact.n less exact.correct is how many there are. Facts are those of `unmasq why`. */
  readonly wrong: readonly {
    readonly flow: string;
    readonly begin: string;
    readonly said: string | null;
    readonly truth: string | null;
    readonly saidPod: string | null;
    readonly truthPod: string | null;
    readonly node: string | null;
    readonly tuple: string;
    readonly for: readonly {
      readonly text: string;
      readonly source: string;
      readonly at: string | null;
    }[];
    readonly against: readonly {
      readonly text: string;
      readonly source: string;
      readonly at: string | null;
    }[];
    readonly ruledOut: readonly {
      readonly text: string;
      readonly source: string;
      readonly at: string | null;
    }[];
  }[];
  readonly translated: {
    readonly flows: number;
    readonly exact: number;
  };
  /** By node and hour (UTC, of the begin). At most 50 are listed, the worst first: most wrong exact verdicts, then most flows that have a translation and are not exact. The others are summed in rest. */
  readonly byNodeHour: {
    readonly nodeHours: number;
    readonly items: readonly {
      readonly node: string | null;
      readonly hour: string;
      readonly flows: number;
      readonly exact: {
        readonly n: number;
        readonly correct: number;
      };
      readonly translated: {
        readonly flows: number;
        readonly exact: number;
      };
    }[];
    readonly rest: {
      readonly nodeHours: number;
      readonly flows: number;
      readonly exact: {
        readonly n: number;
        readonly correct: number;
      };
      readonly translated: {
        readonly flows: number;
        readonly exact: number;
      };
    };
  };
  readonly workload: {
    readonly top1: number;
    /** Of the flows whose truth has the field oracleTop1 or oracle, the first where both are there; absent when none has. */
    readonly oracleTop1?: number;
    readonly ece: number;
    readonly brier: number;
    readonly logLoss: number;
  };
  readonly pod: {
    readonly top1: number;
  };
  readonly reliability: readonly {
    readonly from: number;
    readonly until: number;
    readonly n: number;
    readonly meanConfidence: number;
    readonly accuracy: number;
  }[];
  /** Flows that the rates alone name, where the truth tells of them. */
  readonly graded: {
    /** Of which at least 0.99 was said. */
    readonly surest: {
      readonly n: number;
      readonly right: number;
    };
    /** All of them, then slices, the worst calibrated first; those without flows are left out. */
    readonly slices: readonly {
      readonly slice: 'all' | 'rare-destination' | 'singleton' | 'host';
      readonly n: number;
      readonly top1: number;
      readonly meanConfidence: number;
      readonly ece: number;
    }[];
  };
}

/** One line of `unmasq flows -o jsonl` */
export interface Flow {
  readonly flow: string;
  readonly cluster: string;
  readonly begin: string;
  readonly end: string | null;
  readonly node: string | null;
  readonly srcIp: string;
  readonly srcPort: number | null;
  readonly nodeIp: string | null;
  readonly snatPort: number | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly direction: 'outbound' | 'inbound';
  readonly decision: 'allowed' | 'denied';
  readonly rule: string | null;
  /** An unsigned 64-bit number, written whole: a reader that keeps numbers as doubles rounds those beyond 2^53. */
  readonly packetsOut: number;
  /** An unsigned 64-bit number, written whole: a reader that keeps numbers as doubles rounds those beyond 2^53. */
  readonly bytesOut: number;
  /** An unsigned 64-bit number, written whole: a reader that keeps numbers as doubles rounds those beyond 2^53. */
  readonly packetsIn: number;
  /** An unsigned 64-bit number, written whole: a reader that keeps numbers as doubles rounds those beyond 2^53. */
  readonly bytesIn: number;
  readonly observedBy: readonly ('flow-log' | 'conntrack' | 'traffic-analytics')[];
  /** How many flows the line stands for, where Traffic Analytics summed them up: then there is no source port, and nobody knows when each of them was. Left out on a single flow. */
  readonly flows?: number;
  readonly egressPath: 'lb' | 'nat-gateway' | 'firewall' | 'private-endpoint' | 'service-endpoint' | 'egress-gateway' | 'vnet' | 'unknown';
  readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
  readonly reason: string | null;
  readonly workload: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly confidence: number;
  } | null;
  readonly pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly ip: string;
    readonly port: number | null;
    readonly confidence: number;
  } | null;
  readonly candidates: readonly ({
    readonly workload: string;
    readonly namespace: string;
    readonly kind: string;
    readonly pod: string | null;
    readonly podUid: string | null;
    readonly probability: number;
  } | {
    readonly node: true;
    readonly probability: number;
  } | {
    readonly others: number;
    readonly probability: number;
  })[];
  readonly candidateCount: number;
  readonly evidence: readonly string[];
  /** With --changed-since only: what was said then, and when that changed last. */
  readonly was?: {
    readonly changedAt: string;
    readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
    readonly reason: string | null;
    readonly pod: {
      readonly uid: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
  };
}

/** `unmasq flows -o json` */
export interface Flows {
  readonly schemaVersion: 1;
  readonly kind: 'Flows';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly limit: number | null;
    readonly changedSince?: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly items: readonly Flow[];
  /** With --changed-since: how many flows moved from which verdict or pod to which. */
  readonly changes?: readonly {
    readonly from: string;
    readonly to: string;
    readonly flows: number;
  }[];
  /** With --changed-since: what the windows add up to that were answered anew since then and came out different. Of `flows` some moved, some are no more, the rest stayed. */
  readonly reopened?: {
    readonly windows: number;
    readonly flows: number;
    readonly moved: number;
    readonly gone: number;
  };
  /** With --steps: all flows of the filters by when they began, those that were alive before the interval in the first step. */
  readonly over?: {
    readonly stepMs: number;
    readonly steps: readonly {
      readonly from: string;
      /** As many items does a list of these flows have: the newest so many of those that were alive in the step. */
      readonly rows: number;
      readonly exact: number;
      readonly probable: number;
      readonly ambiguous: number;
      readonly relayed: number;
      readonly node: number;
      readonly unattributed: number;
    }[];
  };
  /** Only of a question that a Log Analytics workspace was asked (--store la://ID): candidates alone, never exact. */
  readonly workspace?: {
    readonly workspace: string;
    /** Why nobody is named for certain. */
    readonly neverExact: string;
    /** Those of kql/asked that were sent. */
    readonly queries: readonly string[];
    /** What was read, at most, as it was told before it was read. */
    readonly scan: {
      readonly tables: readonly {
        readonly table: string;
        readonly plan: 'Analytics' | 'Basic' | 'Auxiliary';
        /** null: not known. */
        readonly bytes: number | null;
        /** A part was not counted yet, and taken for as large as what came before. */
        readonly isReckoned: boolean;
        /** null: not known, which is never 0. Queries of the plan Analytics are free. */
        readonly usd: number | null;
      }[];
      readonly bytes: number | null;
      readonly usd: number | null;
      readonly pricesAsOf: string | null;
      readonly pricesRegion: string;
    };
  };
}

/** `unmasq generate WHAT … -o json` */
export interface Generated {
  readonly schemaVersion: 1;
  readonly kind: 'Generated';
  readonly what: 'terraform' | 'dcr' | 'alerts' | 'rbac' | 'querypack' | 'prometheus';
  /** What --out named; null: the files were compared with no folder */
  readonly folder: string | null;
  /** Whether files of the folder were written */
  readonly written: boolean;
  readonly files: readonly {
    readonly name: string;
    /** By which the file knows itself: it stands in its first line, in JSON in a tag */
    readonly hash: string;
    /** Of what the folder had before: changed was written by unmasq for another spec, edited was changed by hand since, foreign was never written by unmasq; null: there is no folder */
    readonly state: 'new' | 'same' | 'changed' | 'edited' | 'foreign' | null;
    readonly content: string;
    /** From what the folder had to the content; empty where they are the same */
    readonly diff: string;
  }[];
  /** Files that an earlier run wrote into the folder and this one does not */
  readonly left: readonly string[];
}

/** `unmasq kql check FILE… -o json` */
export interface KqlCheck {
  readonly schemaVersion: 1;
  readonly kind: 'KqlCheck';
  readonly files: readonly {
    readonly file: string;
    /** false: it has an error */
    readonly ok: boolean;
    readonly diagnostics: readonly {
      /** KQLnnn is unmasq's and stands in docs/reference/kql.md; KSnnn is of Microsoft's language service */
      readonly code: string;
      readonly severity: 'error' | 'warning' | 'note';
      readonly line: number;
      readonly column: number;
      readonly endLine: number;
      readonly endColumn: number;
      readonly message: string;
      readonly fix: string | null;
    }[];
    readonly allowed: readonly {
      /** KQLnnn is unmasq's and stands in docs/reference/kql.md; KSnnn is of Microsoft's language service */
      readonly code: string;
      readonly severity: 'error' | 'warning' | 'note';
      readonly line: number;
      readonly column: number;
      readonly endLine: number;
      readonly endColumn: number;
      readonly message: string;
      readonly fix: string | null;
    }[];
  }[];
}

/** `unmasq kql link QUERY -o json` */
export interface KqlLink {
  readonly schemaVersion: 1;
  readonly kind: 'KqlLink';
  readonly name: string;
  readonly workspace: string;
  readonly url: string;
  readonly text: string;
}

/** `unmasq kql list -o json` */
export interface KqlList {
  readonly schemaVersion: 1;
  readonly kind: 'KqlList';
  readonly items: readonly {
    readonly name: string;
    readonly title: string;
    readonly question: string;
    readonly needs: string;
  }[];
}

/** `unmasq kql run QUERY --local -o json` */
export interface KqlLocal {
  readonly schemaVersion: 1;
  readonly kind: 'KqlLocal';
  readonly query: {
    readonly name: string;
    /** each with the literal that stood for it */
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly text: string;
    /** what now() and ago() meant */
    readonly now: string;
  };
  /** those that the query asks */
  readonly tables: readonly {
    readonly name: string;
    /** facts of the store in the shape of the table */
    readonly derived: boolean;
    /** what it was exported to */
    readonly files: readonly string[];
  }[];
  readonly files: readonly {
    readonly file: string;
    readonly table: string | null;
    readonly rows: number;
    /** rows that did not fit and were left out */
    readonly rejects: number;
    readonly first: {
      readonly place: string;
      readonly why: string;
      readonly text: string;
    } | null;
    /** columns that the schema does not know */
    readonly unknown: readonly string[];
    readonly problem: string | null;
  }[];
  /** false: there are more rows */
  readonly complete: boolean;
  readonly notes: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
  }[];
  /** one object a row; datetime as RFC 3339, timespan as d.hh:mm:ss, whole numbers beyond 2^53 as text */
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

/** `unmasq kql show NAME -o json` */
export interface KqlQuery {
  readonly schemaVersion: 1;
  readonly kind: 'KqlQuery';
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly needs: string;
  readonly note: string | null;
  readonly tables: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    /** as it is written in the query; null: it has to be given */
    readonly default: string | null;
    readonly says: string | null;
  }[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
  }[];
  readonly text: string;
}

/** `unmasq kql run QUERY -o json` */
export interface KqlRun {
  readonly schemaVersion: 1;
  readonly kind: 'KqlRun';
  readonly query: {
    readonly name: string;
    readonly workspace: string;
    /** each with the literal that stood for it */
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly text: string;
  };
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
  }[];
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

/** `unmasq audit --logs -o json` */
export interface LogAudit {
  readonly schemaVersion: 1;
  readonly kind: 'LogAudit';
  readonly query: {
    readonly paths: readonly string[];
    readonly idFields: readonly string[];
    readonly gbPerMonth: number | null;
  };
  readonly lines: number;
  readonly bytes: number;
  /** The mean of the aspects that are known. */
  readonly score: number | null;
  readonly aspects: {
    /** Lines that are JSON. */
    readonly json: number | null;
    /** Lines with a level. */
    readonly levels: number | null;
    /** Lines with a time in a zone, their own or that of who kept them. */
    readonly times: number | null;
    /** Usual things that go by one name. */
    readonly names: number | null;
    /** Lines about requests with an id. */
    readonly ids: number | null;
    /** Ids that are in lines of the service that was called. */
    readonly propagated: number | null;
    /** Bytes that ContainerLogV2 does not have already. */
    readonly lean: number | null;
  };
  readonly services: readonly {
    readonly service: string;
    readonly lines: number;
    readonly bytes: number;
    readonly json: number;
    readonly requests: number;
    readonly requestsWithId: number;
  }[];
  readonly summary: {
    readonly critical: number;
    readonly warning: number;
    readonly note: number;
  };
  readonly findings: readonly {
    readonly code: string;
    readonly severity: 'critical' | 'warning' | 'note';
    readonly file: string;
    readonly line: number;
    readonly subject: string;
    readonly message: string;
    readonly matters: string;
    readonly fix: string;
    readonly doc: string;
    /** US dollars that the fix adds; negative where it saves. */
    readonly costPerMonth: number | null;
    readonly sparedShare: number | null;
    readonly related: readonly {
      readonly file: string;
      readonly line: number;
      readonly says: string;
    }[];
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
}

/** `unmasq map -o json` */
export interface FlowMap {
  readonly schemaVersion: 1;
  readonly kind: 'FlowMap';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly tz: string;
    readonly sender: 'workload' | 'pod';
    readonly to: 'address' | 'port' | 'block' | 'host' | 'tag' | 'all';
    readonly by: 'flows' | 'bytes' | 'sent';
    readonly hide: readonly ('dns' | 'kube-system' | 'azure')[];
    readonly limit: number;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly tiers: readonly ('sender-hours' | 'sender-minutes' | 'destination-hours' | 'flows')[];
  /** What an edge of the time cuts and is counted whole, as nothing finer of it is kept: no more than this is counted too much. */
  readonly uncut: readonly {
    readonly edge: 'from' | 'until';
    readonly tier: 'sender-hours' | 'sender-minutes';
    readonly at: string;
    readonly from: string;
    readonly until: string;
    readonly flows: number;
    readonly bytes: number;
  }[];
  readonly notes: readonly string[];
  readonly coverage: {
    readonly flows: number;
    readonly bytes: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
  };
  readonly hidden: readonly {
    readonly preset: 'dns' | 'kube-system' | 'azure';
    readonly flows: number;
    readonly bytes: number;
    readonly bytesOut: number;
    readonly bytesIn: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
    readonly first: string;
    readonly last: string;
  }[];
  readonly items: readonly {
    readonly from: {
      readonly kind: 'pod' | 'workload' | 'node' | 'outside' | 'ambiguous' | 'unattributed' | 'other';
      readonly workload: {
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
      } | null;
      readonly node: string | null;
      readonly pod: {
        readonly uid: string;
        readonly name: string;
      } | null;
    };
    readonly to: {
      readonly kind: 'address' | 'port' | 'block' | 'host' | 'tag' | 'workload' | 'node' | 'all' | 'other';
      readonly name: string;
      readonly workload: {
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
      } | null;
      readonly node: string | null;
      readonly dest: string | null;
      readonly addresses: readonly string[];
      readonly addressCount: number;
    };
    readonly flows: number;
    readonly bytes: number;
    readonly bytesOut: number;
    readonly bytesIn: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
    readonly first: string;
    readonly last: string;
    readonly edges: number;
    readonly senders: number;
    readonly destinations: number;
  }[];
}

/** What `unmasq cost` and `unmasq generate` read */
export interface MonitoringSpec {
  /** The cluster that is watched. */
  readonly cluster: {
    /** Its name. */
    readonly name: string;
    /** The resource group that it is in. */
    readonly resourceGroup: string;
    /** As Azure writes it: `westeurope`. */
    readonly region: string;
    /** How many nodes there are, of all pools. */
    readonly nodes: {
      /** Now. */
      readonly now: number;
      /** Up to how many the autoscaler goes. Left away: as many as now. */
      readonly most?: number;
      /** What an upgrade adds for its time: `10%`, `3`. */
      readonly surge?: string;
    };
    readonly network?: 'managed' | {
      /** Its id. */
      readonly subnet: string;
    };
  };
  /** The Log Analytics workspace. */
  readonly workspace?: {
    /** The id of one that is there. Left away: one is made. */
    readonly existing?: string;
    /** Of the one that is made. */
    readonly name?: string;
    /** How long tables of the Analytics plan are kept for queries. 31 days are free. */
    readonly retentionDays?: number;
    /** Commitment tier, GB a day. Left away: pay as you go. */
    readonly commitmentGbPerDay?: 100 | 200 | 300 | 400 | 500 | 1000 | 2000 | 5000 | 10000 | 25000 | 50000;
    /** What holds for single tables. */
    readonly tables?: Readonly<Record<string, {
      /** Its plan. */
      readonly plan?: 'Analytics' | 'Basic' | 'Auxiliary';
      /** How long it is kept for queries. Left away: as the workspace says, or as its plan does. */
      readonly retentionDays?: number;
      /** How long it is kept at all, long-term retention among it. Beyond 730 days in whole years: 1095, 1460, 1826 … 4383. */
      readonly totalDays?: number;
    }>>;
  };
  /** What the agent of Container Insights collects beside logs. */
  readonly inventory?: {
    /** How often: `1m` to `30m`. */
    readonly interval?: string;
    /** Which tables. */
    readonly tables?: readonly ('KubePodInventory' | 'KubeNodeInventory' | 'KubeEvents' | 'KubeServices' | 'KubePVInventory' | 'ContainerInventory' | 'ContainerNodeInventory' | 'InsightsMetrics' | 'Perf')[];
    /** Only these namespaces. kube-system has to be among them: its pods tell the addresses of nodes. */
    readonly onlyNamespaces?: readonly string[];
    /** All but these. */
    readonly withoutNamespaces?: readonly string[];
  };
  /** What containers write, in ContainerLogV2. */
  readonly logs?: {
    /** All namespaces but these. */
    readonly withoutNamespaces?: readonly string[];
    /** Labels, images and annotations beside each line: KubernetesMetadata. */
    readonly metadata?: boolean;
  };
  /** VNet flow logs over the network of the nodes. */
  readonly flowLogs?: {
    /** How long blobs are kept. */
    readonly days?: number;
    /** How often Traffic Analytics sums them up. */
    readonly trafficAnalytics?: 'off' | '10m' | '60m';
    /** The id of one that is there. Left away: one is made. */
    readonly storageAccount?: string;
    /** Of the storage account. */
    readonly redundancy?: 'LRS' | 'ZRS' | 'GRS';
  };
  /** How the cluster leaves. One of the two. */
  readonly egress?: {
    /** By its load balancer. */
    readonly loadBalancer?: {
      /** Public addresses. */
      readonly outboundIps?: number;
      /** SNAT ports of each node; 0: by Azure's table. */
      readonly portsPerNode?: number;
      /** Idle timeout. */
      readonly idleMinutes?: number;
    };
    /** By a NAT gateway on the subnet of the nodes. */
    readonly natGateway?: {
      readonly sku?: 'Standard' | 'StandardV2';
      /** Public addresses. */
      readonly outboundIps?: number;
      /** Idle timeout. */
      readonly idleMinutes?: number;
    };
  };
  /** Alerts on SNAT ports and on what is collected. */
  readonly alerts?: {
    /** The id of the action group that is told. */
    readonly actionGroup: string;
    /** The share of its ports from which on a node is told of. */
    readonly snatPortsUsed?: number;
  };
  /** Saved queries. */
  readonly queryPack?: boolean;
  /** Object ids of identities that may read metrics, logs and flow logs: that of unmasq. */
  readonly readers?: readonly string[];
  /** For how long questions are to be answered. */
  readonly needDays?: number;
  /** What is known of how much there is. Nothing of it is guessed: what is left away is `?` in a bill. */
  readonly usage?: {
    readonly podsPerNode?: number;
    /** KubePodInventory has a row for each container. */
    readonly containersPerPod?: number;
    /** What single namespaces have. */
    readonly namespaces?: Readonly<Record<string, {
      readonly pods?: number;
      /** Logs, GB (10⁹ bytes) a month. */
      readonly logGb?: number;
    }>>;
    /** Tables as measured. */
    readonly tables?: Readonly<Record<string, number>>;
    /** Flow logs, GB (10⁹ bytes) a month. */
    readonly flowLogGb?: number;
    /** Through the NAT gateway or the load balancer, both directions, GB (10⁹ bytes) a month. */
    readonly egressGb?: number;
  };
}

/** `unmasq path POD DEST -o json` */
export interface PathReport {
  readonly schemaVersion: 1;
  readonly kind: 'PathReport';
  readonly query: {
    readonly pod: string;
    readonly dest: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly ip: string;
    readonly node: string;
    readonly hostNetwork: boolean;
    readonly until: string | null;
  };
  readonly egressPath: 'lb' | 'nat-gateway' | 'firewall' | 'private-endpoint' | 'service-endpoint' | 'egress-gateway' | 'vnet' | 'unknown';
  readonly why: string;
  /** The addresses that the other side sees, blocks of a prefix among them; null: not known. */
  readonly seenAs: readonly string[] | null;
  readonly items: readonly {
    readonly hop: 'pod' | 'node' | 'egress' | 'destination';
    readonly where: string;
    /** The source addresses that a packet may have when it leaves; null: not known. */
    readonly addresses: readonly string[] | null;
    readonly translation: 'masquerade' | 'snat' | 'none' | null;
    readonly says: string;
    readonly limits: readonly {
      readonly ports: number | null;
      readonly says: string;
    }[];
  }[];
  readonly missing: readonly {
    readonly what: string;
    readonly how: string;
  }[];
}

/** Prices, as `unmasq cost --refresh` keeps them and `--prices` takes them */
export interface PriceTable {
  readonly schemaVersion: 1;
  readonly kind: 'PriceTable';
  /** As Azure writes it: `westeurope`. */
  readonly region: string;
  readonly currency: 'USD';
  /** By the name of the price. */
  readonly prices: Readonly<Record<string, {
    /** Of Azure's own unit: an hour, a GB, a day. */
    readonly usd: number;
    /** When it was collected: a year, a month or a day. */
    readonly asOf: string;
    /** Where from. */
    readonly source: string;
  }>>;
}

/** `unmasq trace --propagation -o json` */
export interface Propagation {
  readonly schemaVersion: 1;
  readonly kind: 'Propagation';
  readonly query: {
    readonly from: string | null;
    readonly until: string | null;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly sightings: number;
  readonly items: readonly {
    readonly from: string;
    readonly to: string;
    readonly calls: number;
    readonly traceIds: number;
    readonly traceIdsArrived: number;
    readonly ids: number;
    readonly idsArrived: number;
    readonly restarted: number;
    readonly flows: number;
    readonly lost: 'nowhere' | 'in-part' | 'callee-silent' | 'caller-silent' | 'not-passed' | 'restarted';
    readonly examples: readonly string[];
  }[];
}

/** `unmasq purge -o json` */
export interface Purge {
  readonly schemaVersion: 1;
  readonly kind: 'Purge';
  readonly query: {
    readonly cluster: string;
    readonly namespace: string;
    readonly pod: string | null;
    /** null: of all times. */
    readonly from: string | null;
    readonly until: string | null;
    readonly everyMention: boolean;
    readonly dryRun: boolean;
  };
  /** Pods that have a stand-in. */
  readonly pods: number;
  readonly items: readonly {
    readonly table: string;
    readonly action: 'deleted' | 'renamed' | 'reworded';
    readonly rows: number;
  }[];
  /** Where the name still stands as a word, once it is done. */
  readonly left: readonly {
    readonly table: string;
    readonly column: string;
    readonly rows: number;
  }[];
}

/** `unmasq snat advice -o json` */
export interface SnatAdvice {
  readonly schemaVersion: 1;
  readonly kind: 'SnatAdvice';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly seen: {
    readonly from: string;
    readonly until: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly holdings: number;
  readonly unnamed: number | null;
  readonly assumed: readonly string[];
  readonly items: readonly {
    readonly workload: {
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
    readonly destIp: string;
    readonly destPort: number;
    readonly protocol: string;
    readonly pattern: 'churn' | 'leak' | 'fan-out' | 'none' | 'not-enough-data';
    readonly growth: {
      readonly perHour: number;
      readonly p: number;
    } | null;
    readonly reuse: {
      readonly by: 'spans' | 'logs';
      readonly told: number;
      readonly requests: number;
      readonly share: number | null;
      readonly connections: number;
      readonly perConnection: number;
      readonly atLeast: number;
      readonly meanMs: number | null;
      readonly pods: number;
    } | null;
    readonly pooling: {
      readonly ports: number;
      readonly factor: number;
      readonly assumes: string | null;
    } | null;
    readonly why: string;
    readonly fixes: readonly string[];
    readonly unknown: readonly string[];
    readonly peakPorts: number;
    readonly peakAt: string;
    readonly openAtPeak: number;
    readonly closedAtPeak: number;
    readonly holders: number;
    readonly largest: {
      readonly pod: string | null;
      readonly node: string | null;
      readonly ports: number;
    };
    readonly largestNode: {
      readonly node: string | null;
      readonly ports: number;
    };
    readonly began: number;
    readonly closed: number;
    readonly perSecond: number;
    readonly openAtStart: number;
    readonly openAtEnd: number;
    readonly lifeMs: number | null;
    readonly keptMs: number | null;
    readonly oldestMs: number | null;
    readonly silent: {
      readonly connections: number;
      readonly of: number;
    } | null;
  }[];
}

/** `unmasq snat ledger --of conntrack -o json` */
export interface SnatConntrackLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatConntrackLedger';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly untold: readonly string[];
  readonly items: readonly {
    readonly node: string;
    readonly peakEntries: number | null;
    readonly peakAt: string | null;
    readonly entriesAtEnd: number | null;
    readonly maximum: number | null;
    readonly share: number | null;
    readonly dropped: number | null;
    readonly earlyDropped: number | null;
    readonly insertFailed: number | null;
  }[];
}

/** `unmasq snat forecast -o json` */
export interface SnatForecast {
  readonly schemaVersion: 1;
  readonly kind: 'SnatForecast';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly horizonMs: number;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly destinations: number;
  readonly lookedAt: number;
  readonly assumed: readonly string[];
  readonly items: readonly {
    readonly node: string | null;
    readonly nodeIp: string;
    readonly protocol: string;
    readonly destIp: string | null;
    readonly destPort: number | null;
    readonly limit: number;
    readonly ports: number;
    readonly exhaustionAt: string | null;
    readonly isBound: boolean;
    readonly low: string | null;
    readonly high: string | null;
    readonly model: string;
    readonly reason: 'not-enough-data' | 'not-growing' | 'beyond-horizon' | 'exhausted' | 'path-unknown' | null;
  }[];
}

/** `unmasq snat ledger -o json` */
export interface SnatLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatLedger';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly destinations: number;
  readonly assumed: readonly string[];
  readonly items: readonly {
    readonly node: string | null;
    readonly nodeIp: string;
    readonly destIp: string;
    readonly destPort: number;
    readonly protocol: string;
    readonly peakPorts: number;
    readonly peakAt: string;
    readonly allocated: number | null;
    readonly portsAtEnd: number;
    readonly began: number;
    readonly lastedMs: number | null;
    readonly pods: readonly {
      readonly workload: {
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
      } | null;
      readonly pod: string | null;
      readonly podUid: string | null;
      readonly portsAtPeak: number;
      readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
      readonly reason: string | null;
    }[];
    readonly egressPath: 'lb' | 'nat-gateway' | 'firewall' | 'private-endpoint' | 'service-endpoint' | 'egress-gateway' | 'vnet' | 'unknown';
  }[];
}

/** `unmasq snat plan -o json` */
export interface SnatPlan {
  readonly schemaVersion: 1;
  readonly kind: 'SnatPlan';
  readonly query: {
    readonly demand: readonly {
      readonly dest: string | null;
      readonly protocol: 'tcp' | 'udp';
      readonly ports: number;
      readonly opensPerSecond: number | null;
    }[];
    readonly privateEndpoints: readonly string[];
    readonly gigabytes: number | null;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly origins: {
    readonly egressPath: 'typed' | 'document' | 'counted' | 'default';
    readonly nodes: 'typed' | 'document' | 'counted' | 'default';
    readonly surge: 'typed' | 'document' | 'counted' | 'default';
    readonly outboundIps: 'typed' | 'document' | 'counted' | 'default';
    readonly portsPerNode: 'typed' | 'document' | 'counted' | 'default' | null;
    readonly idleMinutes: 'typed' | 'document' | 'counted' | 'default';
    readonly network: 'typed' | 'document' | 'counted' | 'default';
    readonly demand: 'typed' | 'document' | 'counted' | 'default' | null;
  };
  readonly before: {
    readonly egressPath: 'lb' | 'nat-gateway';
    readonly nodes: number;
    readonly nodesInUpgrade: number;
    readonly outboundIps: number;
    readonly portsPerNode: number | null;
    readonly idleMinutes: number;
    readonly capacityOf: 'ports of a node' | 'connections to one destination';
    readonly capacity: number;
    readonly capacityInUpgrade: number;
    readonly need: {
      readonly atLeast: number;
      readonly atMost: number;
    } | null;
    readonly headroom: {
      readonly atLeast: number;
      readonly atMost: number;
    } | null;
    readonly isEnough: 'yes' | 'no' | 'depends' | 'not-in-upgrade' | 'unknown';
    readonly mostNodes: number;
  };
  readonly after: {
    readonly egressPath: 'lb' | 'nat-gateway';
    readonly nodes: number;
    readonly nodesInUpgrade: number;
    readonly outboundIps: number;
    readonly portsPerNode: number | null;
    readonly idleMinutes: number;
    readonly capacityOf: 'ports of a node' | 'connections to one destination';
    readonly capacity: number;
    readonly capacityInUpgrade: number;
    readonly need: {
      readonly atLeast: number;
      readonly atMost: number;
    } | null;
    readonly headroom: {
      readonly atLeast: number;
      readonly atMost: number;
    } | null;
    readonly isEnough: 'yes' | 'no' | 'depends' | 'not-in-upgrade' | 'unknown';
    readonly mostNodes: number;
  };
  readonly steps: readonly {
    readonly atNodes: number;
    readonly portsBefore: number;
    readonly portsAfter: number;
    readonly by: 'growth' | 'upgrade';
  }[];
  readonly fits: {
    readonly portsPerNode: number;
    readonly outboundIps: number;
  } | null;
  readonly privateEndpoints: readonly {
    readonly dest: string;
    readonly ports: number | null;
    readonly share: number | null;
  }[];
  readonly cost: {
    readonly currency: 'USD';
    readonly pricesAsOf: string;
    readonly monthlyChange: number;
    readonly items: readonly {
      readonly item: string;
      readonly quantity: number | null;
      readonly unit: string;
      readonly unitPrice: number | null;
      readonly monthly: number | null;
    }[];
    readonly unknown: readonly string[];
  };
  readonly terraform: string;
  readonly commands: readonly string[];
  readonly assumed: readonly string[];
  readonly notes: readonly string[];
}

/** `unmasq snat ledger --of pod -o json` */
export interface SnatPodLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatPodLedger';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly destinations: number;
  readonly unnamed: number | null;
  readonly assumed: readonly string[];
  readonly items: readonly {
    readonly workload: {
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
    };
    readonly pod: string;
    readonly podUid: string;
    readonly node: string;
    readonly destIp: string;
    readonly destPort: number;
    readonly protocol: string;
    readonly peakPorts: number;
    readonly peakAt: string;
    readonly openAtPeak: number;
    readonly limit: number;
    readonly share: number;
    readonly portsAtEnd: number;
    readonly began: number;
    readonly verdicts: readonly {
      readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
      readonly portsAtPeak: number;
    }[];
  }[];
}

/** `unmasq snat status -o json` */
export interface SnatStatus {
  readonly schemaVersion: 1;
  readonly kind: 'SnatStatus';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly namespaces: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly shared: readonly {
    readonly resource: string;
    readonly egressPath: 'nat-gateway' | 'firewall';
    readonly failed: number | null;
    readonly dropped: number | null;
    readonly connections: number | null;
    readonly utilization: number | null;
    readonly toldUntil: string | null;
    readonly addresses: number | null;
    readonly capacity: number | null;
    readonly capacityToOne: number | null;
    readonly uses: readonly {
      readonly protocol: string;
      readonly atMost: number;
      readonly atMostAt: string;
      readonly atEnd: number;
      readonly largest: {
        readonly destIp: string;
        readonly destPort: number;
        readonly connections: number;
        readonly at: string;
        readonly share: number | null;
      } | null;
    }[];
  }[];
  readonly assumed: readonly string[];
  readonly items: readonly {
    readonly node: string | null;
    readonly nodeIp: string;
    readonly protocol: string;
    readonly egressPath: 'lb' | 'nat-gateway' | 'firewall' | 'private-endpoint' | 'service-endpoint' | 'egress-gateway' | 'vnet' | 'unknown';
    readonly atLeast: number;
    readonly atMost: number;
    readonly atMostAt: string;
    readonly atEnd: number;
    readonly allocated: number | null;
    readonly counted: number | null;
    readonly share: number | null;
    readonly shareIs: 'sure' | 'at-most' | null;
    readonly surelyUsed: number | null;
    readonly failed: number | null;
    readonly largest: {
      readonly destIp: string;
      readonly destPort: number;
      readonly ports: number;
      readonly pods: readonly {
        readonly workload: {
          readonly kind: string;
          readonly namespace: string;
          readonly name: string;
        } | null;
        readonly pod: string | null;
        readonly podUid: string | null;
        readonly portsAtPeak: number;
        readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
        readonly reason: string | null;
      }[];
    } | null;
    readonly outside: {
      readonly side: 'above' | 'below';
      readonly ports: number;
      readonly likely: string;
    } | null;
    /** With --steps: the most that were held at one moment of each step, as atMost counts them. */
    readonly over?: {
      readonly stepMs: number;
      readonly steps: readonly {
        readonly from: string;
        readonly ports: number;
        /** Of ports what none of the pods below holds: other pods, nodes themselves, whoever is not named for certain. */
        readonly others: number;
      }[];
      /** The pods that hold most in all, most first; at each step they and others are its ports. */
      readonly pods: readonly {
        readonly pod: string;
        readonly podUid: string;
        readonly workload: {
          readonly kind: string;
          readonly namespace: string;
          readonly name: string;
        } | null;
        readonly ports: readonly number[];
      }[];
    };
  }[];
  readonly unknownPorts: number;
}

/** `unmasq sources -o json` */
export interface Sources {
  readonly schemaVersion: 1;
  readonly kind: 'Sources';
  readonly query: {
    readonly clusters: readonly string[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly items: readonly {
    readonly name: string;
    readonly kind: string;
    readonly cluster: string;
    readonly rows: number;
    /** Of sightings: calls that told only the name of their destination, by what is known of it */
    readonly byName?: {
      readonly told: number;
      readonly learned: number;
      readonly unknown: number;
    };
    /** Of Traffic Analytics: rows that are not counted, as the flow log, conntrack or the sender's own row tells of the same flows. */
    readonly toldOtherwise?: number;
    readonly rejects: number;
    readonly first: string | null;
    readonly watermark: string | null;
    readonly gaps: readonly {
      readonly from: string;
      readonly until: string | null;
      readonly node: string;
      readonly why: string;
    }[];
    readonly clockOffsetMs: number | null;
    readonly clockUncertaintyMs: number | null;
    readonly clockPairs: number | null;
  }[];
  readonly rejects: readonly {
    readonly object: string;
    readonly cluster: string;
    readonly place: string;
    readonly why: string;
    readonly text: string;
  }[];
}

/** `unmasq trace ID -o json` */
export interface Trace {
  readonly schemaVersion: 1;
  readonly kind: 'Trace';
  readonly query: {
    readonly id: string;
    readonly from: string | null;
    readonly until: string | null;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly id: string;
  readonly traces: readonly string[];
  readonly carry: number;
  readonly items: readonly {
    readonly at: string;
    readonly kind: 'span' | 'log' | 'flow' | 'gap';
    readonly depth: number;
    readonly workload: {
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
    readonly pod: {
      readonly uid: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
    readonly node: string | null;
    readonly service: string | null;
    readonly text: string;
    readonly durationMs?: number;
    readonly status?: 'ok' | 'error';
    readonly result?: string;
    readonly role?: 'client' | 'server' | 'producer' | 'consumer' | 'internal' | 'log' | 'network';
    readonly traceId?: string;
    readonly spanId?: string;
    readonly ids?: readonly string[];
    readonly source?: string;
    readonly flow?: Flow;
    readonly tie?: 'pod-and-port' | 'pod' | 'port' | 'possible';
    readonly among?: number;
    readonly reason?: 'parent-missing' | 'callee-silent' | 'pod-unknown' | 'no-flow' | 'quiet';
  }[];
  readonly skews: readonly {
    readonly node: string;
    readonly against: string;
    readonly leastMs: number | null;
    readonly mostMs: number;
    readonly calls: number;
  }[];
  /** Only of a question that a Log Analytics workspace was asked (--store la://ID): candidates alone, never exact. */
  readonly workspace?: {
    readonly workspace: string;
    /** Why nobody is named for certain. */
    readonly neverExact: string;
    /** Those of kql/asked that were sent. */
    readonly queries: readonly string[];
    /** What was read, at most, as it was told before it was read. */
    readonly scan: {
      readonly tables: readonly {
        readonly table: string;
        readonly plan: 'Analytics' | 'Basic' | 'Auxiliary';
        /** null: not known. */
        readonly bytes: number | null;
        /** A part was not counted yet, and taken for as large as what came before. */
        readonly isReckoned: boolean;
        /** null: not known, which is never 0. Queries of the plan Analytics are free. */
        readonly usd: number | null;
      }[];
      readonly bytes: number | null;
      readonly usd: number | null;
      readonly pricesAsOf: string | null;
      readonly pricesRegion: string;
    };
  };
}

/** `unmasq who DEST --compare 24h -o json` */
export interface WhoComparison {
  readonly schemaVersion: 1;
  readonly kind: 'WhoComparison';
  readonly query: {
    readonly dest: string;
    readonly from: string;
    readonly until: string;
    readonly tz: string;
    readonly before: {
      readonly from: string;
      readonly until: string;
    };
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly coverage: {
    readonly flows: number;
    readonly bytes: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
    readonly byReason: readonly {
      readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
      readonly reason: string;
      readonly flows: number;
      readonly bytes: number;
    }[];
  };
  readonly before: {
    readonly completeness: {
      readonly complete: boolean;
      readonly reasons: readonly string[];
    };
    readonly coverage: {
      readonly flows: number;
      readonly bytes: number;
      readonly byVerdict: {
        readonly exact: {
          readonly flows: number;
          readonly bytes: number;
        };
        readonly probable: {
          readonly flows: number;
          readonly bytes: number;
        };
        readonly ambiguous: {
          readonly flows: number;
          readonly bytes: number;
        };
        readonly relayed: {
          readonly flows: number;
          readonly bytes: number;
        };
        readonly node: {
          readonly flows: number;
          readonly bytes: number;
        };
        readonly unattributed: {
          readonly flows: number;
          readonly bytes: number;
        };
      };
      readonly byReason: readonly {
        readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
        readonly reason: string;
        readonly flows: number;
        readonly bytes: number;
      }[];
    };
  };
  readonly items: readonly {
    readonly change: 'new' | 'grown' | 'gone' | 'shrunk' | 'same';
    readonly certainty: 'certain' | 'possible';
    readonly workload: {
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
    readonly node?: string;
    readonly now: ComparedSide | null;
    readonly before: ComparedSide | null;
    readonly firstSeen: string | null;
    readonly notes: readonly string[];
  }[];
}

/** `unmasq who DEST -o json` */
export interface WhoReport {
  readonly schemaVersion: 1;
  readonly kind: 'WhoReport';
  readonly query: {
    readonly dest: string;
    readonly from: string;
    readonly until: string;
    readonly tz: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly coverage: {
    readonly flows: number;
    readonly bytes: number;
    readonly byVerdict: {
      readonly exact: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly probable: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly ambiguous: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly relayed: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly node: {
        readonly flows: number;
        readonly bytes: number;
      };
      readonly unattributed: {
        readonly flows: number;
        readonly bytes: number;
      };
    };
    readonly byReason: readonly {
      readonly verdict: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
      readonly reason: string;
      readonly flows: number;
      readonly bytes: number;
    }[];
  };
  readonly items: readonly {
    readonly workload: {
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
    } | null;
    readonly node?: string;
    readonly pods: readonly {
      readonly name: string;
      readonly uid: string;
      readonly node: string;
      readonly flows: number;
      readonly exactFlows: number;
      readonly bytesOut: number;
      readonly bytesIn: number;
      readonly first: string;
      readonly last: string;
      readonly confidence: number;
      /** Of exactFlows those that it only forwarded, as a relay; absent: none. */
      readonly relayedFlows?: number;
    }[];
    readonly flows: number;
    readonly exactFlows: number;
    readonly bytesOut: number;
    readonly bytesIn: number;
    readonly first: string;
    readonly last: string;
    /** Of exactFlows those that it only forwarded, as a relay; absent: none. */
    readonly relayedFlows?: number;
  }[];
  /** How right the rates are on this cluster: checked on flows whose translation was hidden from them. null: no probability is by rates. */
  readonly accuracy: {
    readonly days: number;
    readonly hidden: number;
    readonly top1: number | null;
    readonly ece: number | null;
    readonly slices: readonly {
      readonly slice: string;
      readonly flows: number;
      readonly right: number;
      readonly ece: number;
    }[];
  } | null;
  /** With --steps: the flows by when they began, those that were alive before the interval in the first step. */
  readonly over?: {
    readonly stepMs: number;
    readonly steps: readonly {
      readonly from: string;
      readonly exact: number;
      readonly probable: number;
      readonly ambiguous: number;
      readonly relayed: number;
      readonly node: number;
      readonly unattributed: number;
    }[];
  };
  /** Only of a question that a Log Analytics workspace was asked (--store la://ID): candidates alone, never exact. */
  readonly workspace?: {
    readonly workspace: string;
    /** Why nobody is named for certain. */
    readonly neverExact: string;
    /** Those of kql/asked that were sent. */
    readonly queries: readonly string[];
    /** What was read, at most, as it was told before it was read. */
    readonly scan: {
      readonly tables: readonly {
        readonly table: string;
        readonly plan: 'Analytics' | 'Basic' | 'Auxiliary';
        /** null: not known. */
        readonly bytes: number | null;
        /** A part was not counted yet, and taken for as large as what came before. */
        readonly isReckoned: boolean;
        /** null: not known, which is never 0. Queries of the plan Analytics are free. */
        readonly usd: number | null;
      }[];
      readonly bytes: number | null;
      readonly usd: number | null;
      readonly pricesAsOf: string | null;
      readonly pricesRegion: string;
    };
  };
}

/** `unmasq why FLOW -o json` */
export interface WhyReport {
  readonly schemaVersion: 1;
  readonly kind: 'WhyReport';
  readonly query: {
    readonly flow: string;
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly watermark: string | null;
    readonly rows: number;
  }[];
  readonly completeness: {
    readonly complete: boolean;
    readonly reasons: readonly string[];
  };
  readonly flow: Flow;
  readonly verdict: {
    readonly kind: 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
    readonly reason: string | null;
    readonly says: string;
  };
  readonly egress: {
    readonly path: 'lb' | 'nat-gateway' | 'firewall' | 'private-endpoint' | 'service-endpoint' | 'egress-gateway' | 'vnet' | 'unknown';
    readonly why: string;
  };
  readonly for: readonly {
    readonly text: string;
    readonly source: string;
    readonly at: string | null;
  }[];
  readonly against: readonly {
    readonly text: string;
    readonly source: string;
    readonly at: string | null;
  }[];
  readonly ruledOut: readonly {
    readonly text: string;
    readonly source: string;
    readonly at: string | null;
  }[];
  readonly missing: readonly {
    readonly what: string;
    readonly how: string;
  }[];
  /** How right the rates are on this cluster: checked on flows whose translation was hidden from them. null: no probability is by rates. */
  readonly accuracy: {
    readonly days: number;
    readonly hidden: number;
    readonly top1: number | null;
    readonly ece: number | null;
    readonly slices: readonly {
      readonly slice: string;
      readonly flows: number;
      readonly right: number;
      readonly ece: number;
    }[];
  } | null;
  readonly clock: {
    readonly node: string | null;
    readonly offsetMs: number;
    readonly uncertaintyMs: number;
    readonly pairs: number;
  };
  readonly leases: readonly {
    readonly pod: string;
    readonly podUid: string;
    readonly ip: string;
    readonly node: string;
    readonly hostNetwork: boolean;
    readonly mayFrom: string;
    readonly heldFrom: string;
    readonly heldUntil: string;
    readonly mayUntil: string | null;
  }[];
  readonly translations: readonly {
    readonly origin: string;
    readonly from: string;
    readonly until: string;
    readonly opened: boolean;
    readonly closed: boolean;
    readonly objects: readonly string[];
  }[];
  readonly records: readonly {
    readonly at: string;
    readonly state: string;
    readonly mac: string;
    readonly rule: string;
    readonly bytesOut: number;
    readonly bytesIn: number;
  }[];
  /** Of what a relay of the cluster sent: who was connected to it then. Absent for every other flow. */
  readonly behind?: {
    readonly clients: readonly {
      readonly pod: {
        readonly uid: string;
        readonly namespace: string;
        readonly name: string;
      } | null;
      readonly srcIp: string | null;
      readonly srcPort: number;
      readonly protocol: string;
      readonly from: string;
      readonly last: string;
      readonly ended: boolean;
    }[];
    readonly complete: boolean;
  };
}
