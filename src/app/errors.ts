/** How the process ends. A number that programs rely on. */
export const EXIT = {
  done: 0,
  failure: 1,
  usage: 2,
  findings: 3,
  notPermitted: 4,
  incomplete: 5,
  interrupted: 130,
} as const;

interface ErrorSpec {
  readonly exit: number;
  /** What went wrong, in general. */
  readonly says: string;
  /** What to do about it, in general. */
  readonly fix: string;
}

/** Every error there is. Codes are for ever: a retired one stays, marked, and is never used again. */
export const ERRORS = {
  E101: { exit: EXIT.usage, says: 'there is no such command', fix: 'Run `unmasq --help` for the list of commands.' },
  E102: { exit: EXIT.usage, says: 'there is no such flag', fix: 'Run the command with `--help` for its flags.' },
  E103: {
    exit: EXIT.usage,
    says: 'an argument is missing or superfluous',
    fix: 'Run the command with `--help` for its usage and examples.',
  },
  E104: {
    exit: EXIT.usage,
    says: 'the flag cannot be honoured here',
    fix: 'Leave the flag away. A flag is refused rather than ignored, so that an answer is never about something else.',
  },
  E105: {
    exit: EXIT.usage,
    says: 'the value of a flag is not one it takes',
    fix: 'Use one of the values that the message names.',
  },
  E106: {
    exit: EXIT.usage,
    says: 'a time was not understood',
    fix: 'Write 15m, 03:00, "yesterday 03:00", 2026-11-22T03:00Z or an epoch number; `unmasq help time` has the grammar.',
  },
  E107: { exit: EXIT.usage, says: 'the times do not make a range', fix: 'Give --since before --until, or --at alone.' },
  E108: {
    exit: EXIT.usage,
    says: 'the time zone is not known',
    fix: 'Give an IANA name such as Europe/Berlin, or utc, or local.',
  },
  E109: {
    exit: EXIT.usage,
    says: 'the destination was not understood',
    fix: 'Give an IP, a CIDR, IP:PORT, or paste a log line in quotes.',
  },
  E110: {
    exit: EXIT.usage,
    says: 'no source that was read records host names',
    fix: 'Give the address, or `--resolve-now` to guess with what the name means at this moment.',
  },
  E111: {
    exit: EXIT.usage,
    says: 'service tags cannot be looked up yet',
    fix: 'Give one of the address blocks of the tag as a CIDR.',
  },
  E112: { exit: EXIT.usage, says: 'the store holds more than one cluster', fix: 'Choose one with --cluster NAME.' },
  E113: {
    exit: EXIT.failure,
    says: 'the flow is not in the store',
    fix: 'Take the id from `unmasq flows -o wide`, or give the tuple and a time range.',
  },
  E114: {
    exit: EXIT.usage,
    says: 'the flow was not understood',
    fix: 'Give an id (f_…) or a tuple such as 10.224.0.4:41822-203.0.113.66:443/tcp.',
  },
  E115: {
    exit: EXIT.usage,
    says: 'the cluster is not in the store',
    fix: 'Run `unmasq sources` to see what has been ingested.',
  },
  E116: {
    exit: EXIT.failure,
    says: 'the host name could not be resolved',
    fix: 'Check the name, or give the address.',
  },
  E117: {
    exit: EXIT.failure,
    says: 'the answer could not be written',
    fix: 'Make room where standard output goes, and run the same again.',
  },
  E118: {
    exit: EXIT.usage,
    says: 'the configuration file cannot be used',
    fix: 'Mend what is named; `unmasq config check FILE` says whether it is right, `unmasq serve --help` lists what can be set.',
  },
  E119: {
    exit: EXIT.failure,
    says: 'the pod is not in the store',
    fix: 'Take its name from `kubectl get pods -A`, and ingest a list of them that has it.',
  },
  E120: { exit: EXIT.usage, says: 'several pods go by that name', fix: 'Give NAMESPACE/NAME.' },
  E201: {
    exit: EXIT.failure,
    says: 'nothing usable was found to ingest',
    fix: 'See the reason given for each file; `unmasq ingest --help` lists what is recognised.',
  },
  E202: {
    exit: EXIT.usage,
    says: 'the rows name more than one cluster',
    fix: 'Export one cluster at a time and ingest each with --cluster NAME.',
  },
  E203: {
    exit: EXIT.failure,
    says: 'the truth file cannot be used',
    fix: 'Give JSON lines as described in `unmasq evaluate --help`.',
  },
  E204: {
    exit: EXIT.notPermitted,
    says: 'reading is not permitted',
    fix: 'Give the user that runs unmasq read permission.',
  },
  E205: {
    exit: EXIT.failure,
    says: 'the page cannot be written',
    fix: 'Give --page a path in a folder that exists and can be written.',
  },
  E301: {
    exit: EXIT.failure,
    says: 'another process uses the store',
    fix: 'Wait until it ends, or give this one its own --data DIR (on a ClickHouse server: its own database).',
  },
  E302: {
    exit: EXIT.failure,
    says: 'the embedded engine is not installed',
    fix: 'Run `npm install chdb` where unmasq is installed, on Linux or macOS.',
  },
  E303: {
    exit: EXIT.failure,
    says: 'the store failed',
    fix: 'Run again with --debug and report what it prints; a fresh --data DIR can be filled from the files again.',
  },
  E304: {
    exit: EXIT.notPermitted,
    says: 'the data folder cannot be used',
    fix: 'Give a folder that can be written with --data DIR.',
  },
  E305: {
    exit: EXIT.failure,
    says: 'the store was written by a newer unmasq',
    fix: 'Use that version, or another --data DIR.',
  },
  E306: {
    exit: EXIT.failure,
    says: 'there is no store in the folder',
    fix: 'Give the folder that `unmasq ingest --data DIR` filled.',
  },
  E307: {
    exit: EXIT.failure,
    says: 'the ClickHouse server of the store cannot be reached',
    fix: 'Check the URL of --store and that the server listens there; a certificate of your own authority is trusted with UNMASQ_STORE_CA=FILE. What was being written is completed by running the same again.',
  },
  E308: {
    exit: EXIT.notPermitted,
    says: 'the ClickHouse server does not let the user in',
    fix: 'Check UNMASQ_STORE_USER and UNMASQ_STORE_PASSWORD.',
  },
  E309: {
    exit: EXIT.failure,
    says: 'the ClickHouse server is too old',
    fix: 'Upgrade it to the version that the message names, or use the embedded store (--data DIR).',
  },
  E310: {
    exit: EXIT.notPermitted,
    says: 'the user of the ClickHouse server lacks a grant',
    fix: 'Have the GRANT that the message names made; docs/guide/clickhouse.md has all of them.',
  },
  E311: {
    exit: EXIT.failure,
    says: 'the backup cannot be written there',
    fix: 'Give a file that ends in .tar, or a folder, that is not there yet, on a disk with room and outside the data folder.',
  },
  E312: {
    exit: EXIT.failure,
    says: 'the backup cannot be used',
    fix: 'Nothing of it was put in place. Copy it anew from where it was taken, or take another backup; `unmasq restore BACKUP --dry-run` checks one.',
  },
  E313: {
    exit: EXIT.usage,
    says: 'the folder to restore into is not empty',
    fix: 'Give a new or an empty folder with --data DIR: a restore never writes over a store.',
  },
  E314: {
    exit: EXIT.failure,
    says: 'a server has the store open',
    fix: 'Stop it, run the same again, and start it: agents keep what they cannot send, and what it reads by itself is read on from where it stood.',
  },
  E315: {
    exit: EXIT.usage,
    says: 'it is not said that it may be purged',
    fix: 'Look at what it would do with --dry-run, and give --yes where nobody can be asked.',
  },
  E316: {
    exit: EXIT.failure,
    says: 'the clock is not believed, and nothing was dropped',
    fix: 'Put the clock right. Where it is right and the store is old, `unmasq serve --retention` believes it after a day of running.',
  },
  E317: {
    exit: EXIT.failure,
    says: 'the cluster of the store is not as it is named, or cannot do this yet',
    fix: 'Name one server of each shard, in the order in which the store was made, and the cluster as its configuration has it: https://HOST,HOST/DATABASE?cluster=NAME.',
  },
  E401: {
    exit: EXIT.failure,
    says: 'the recorded incident is not there',
    fix: 'Run from a complete installation: the recording is lab/recorded/incident.',
  },
  E402: {
    exit: EXIT.usage,
    says: 'the folder for the run is not empty',
    fix: 'Give a new folder with --out DIR: a run is never written over another.',
  },
  E403: {
    exit: EXIT.failure,
    says: 'the run cannot be written',
    fix: 'Give a folder that can be written, on a disk with room, with --out DIR.',
  },
  E501: {
    exit: EXIT.incomplete,
    says: 'the answer is incomplete, and --strict was given',
    fix: 'See the reasons given; without --strict this is a warning.',
  },
  E521: {
    exit: EXIT.usage,
    says: 'the spec cannot be used',
    fix: 'Mend what is named; docs/reference/schemas/monitoring-spec.schema.json says what there is.',
  },
  E522: {
    exit: EXIT.usage,
    says: 'the table of prices cannot be used',
    fix: 'Mend what is named, or have it written anew with --refresh.',
  },
  E523: {
    exit: EXIT.failure,
    says: 'the table of prices cannot be written',
    fix: 'Name a file that can be written with --prices FILE.',
  },
  E524: {
    exit: EXIT.failure,
    says: 'nothing could be measured',
    fix: 'Give exports of tables of Log Analytics, as JSON or CSV, with TimeGenerated and, if possible, Type and _BilledSize; or of the table Usage.',
  },
  E525: {
    exit: EXIT.failure,
    says: 'there is no line of a log to score',
    fix: 'Give files of logs, folders with such, or - for standard input, with --logs.',
  },
  E526: {
    exit: EXIT.usage,
    says: 'there is nothing to generate',
    fix: 'Add the part to the spec; docs/guide/generate.md says what comes of which.',
  },
  E527: {
    exit: EXIT.failure,
    says: 'the folder of what is generated cannot be used',
    fix: 'Name a folder that can be read and written with --out DIR.',
  },
  E528: {
    exit: EXIT.failure,
    says: 'a file is not as unmasq wrote it',
    fix: 'Look with --check at what would be lost; move it to another name, or write over it with --force.',
  },
  E529: {
    exit: EXIT.failure,
    says: 'another run of unmasq writes into the folder',
    fix: 'Run the same again when it has ended.',
  },
  E601: {
    exit: EXIT.failure,
    says: 'the address to listen on cannot be used',
    fix: 'Give another one with --listen HOST:PORT, or end the process that has it.',
  },
  E602: {
    exit: EXIT.usage,
    says: 'a server that others can reach needs tokens',
    fix: 'Give --token-file FILE, or listen on 127.0.0.1.',
  },
  E603: {
    exit: EXIT.usage,
    says: 'the file of tokens cannot be used',
    fix: 'Write `read NAME TOKEN`, `read NAME TOKEN namespace=NAMESPACE,…`, `ingest NAME TOKEN` or `ingest NAME TOKEN node=NODE` on each line, tokens of 16 characters or more.',
  },
  E604: {
    exit: EXIT.failure,
    says: 'the server cannot be reached, or broke off',
    fix: 'See whether it runs, and under this address: `curl URL/healthz`.',
  },
  E605: {
    exit: EXIT.notPermitted,
    says: 'the server does not let this caller do that',
    fix: 'Set UNMASQ_TOKEN to a token of its file that has the role.',
  },
  E606: {
    exit: EXIT.failure,
    says: 'the server has too much to do',
    fix: 'Ask again in a moment.',
  },
  E607: {
    exit: EXIT.usage,
    says: 'the request is not one that the API knows',
    fix: 'See GET /api/v1/openapi.json for what there is.',
  },
  E608: {
    exit: EXIT.usage,
    says: 'the body of the request is too large',
    fix: 'Send it in several parts, each a whole file.',
  },
  E609: {
    exit: EXIT.failure,
    says: 'the answer took too long',
    fix: 'Ask about less time with --since and --until, or give the server a longer --time-limit.',
  },
  E610: {
    exit: EXIT.usage,
    says: 'the export of OTLP cannot be read',
    fix: 'Send ExportTraceServiceRequest or ExportLogsServiceRequest as application/x-protobuf or application/json, gzipped or not.',
  },
  E611: {
    exit: EXIT.failure,
    says: 'what was sent could not be written',
    fix: 'Send it again: nothing of it is taken for done. See that the data folder has room and can be written.',
  },
  E612: {
    exit: EXIT.usage,
    says: 'the server was started without the files that the question is about',
    fix: 'Start it with --audit PATH, for costs with --spec FILE; or send the files along, by POST.',
  },
  E701: {
    exit: EXIT.notPermitted,
    says: 'the spool folder of the agent cannot be used',
    fix: 'Give a folder that can be written with --spool DIR.',
  },
  E702: {
    exit: EXIT.usage,
    says: 'the agent has no token that it can read',
    fix: 'Give --token-file FILE, a file that holds the token and nothing else.',
  },
  E801: {
    exit: EXIT.usage,
    says: 'the URL of the container is not understood',
    fix: 'Write https://ACCOUNT.blob.core.windows.net/CONTAINER, with a prefix of names behind it or none.',
  },
  E802: {
    exit: EXIT.failure,
    says: 'storage cannot be reached',
    fix: "Check the account's name in the URL, and that this machine can reach it: a private endpoint, a proxy, DNS.",
  },
  E803: {
    exit: EXIT.failure,
    says: 'the container is not there',
    fix: 'VNet flow logs are in insights-logs-flowlogflowevent, NSG flow logs in insights-logs-networksecuritygroupflowevent; Azure makes the container with the first log.',
  },
  E804: {
    exit: EXIT.notPermitted,
    says: 'storage does not let whoever asks read',
    fix: 'Assign the role "Storage Blob Data Reader" on the storage account; it takes some minutes to be in force.',
  },
  E805: {
    exit: EXIT.notPermitted,
    says: 'storage does not accept the credential',
    fix: 'Make a new SAS for the container with permissions rl (read, list), or see that the key is that of this account.',
  },
  E806: {
    exit: EXIT.notPermitted,
    says: 'there is no credential for storage',
    fix: 'Run `az login`, run where a managed or workload identity is, put a SAS behind the URL, or set AZURE_STORAGE_SAS_TOKEN.',
  },
  E807: {
    exit: EXIT.failure,
    says: 'storage failed',
    fix: 'Run the same again: it goes on where it stood.',
  },
  E811: {
    exit: EXIT.usage,
    says: 'the way to the Kubernetes API is not understood',
    fix: 'Set KUBECONFIG or --kubeconfig to a file that kubectl can use, and --kube-context (of `unmasq now`: --context) to a context of it; in a pod leave both away.',
  },
  E821: {
    exit: EXIT.usage,
    says: 'the Log Analytics workspace is not understood',
    fix: "Give the workspace's own id, a GUID: `az monitor log-analytics workspace show --resource-group GROUP --workspace-name NAME --query customerId -o tsv`.",
  },
  E822: {
    exit: EXIT.failure,
    says: 'the Log Analytics API cannot be reached',
    fix: 'Check that this machine can reach it: a private link, a proxy, DNS. Of another cloud than the public one give --log-analytics-endpoint.',
  },
  E823: {
    exit: EXIT.failure,
    says: 'the Log Analytics workspace is not there',
    fix: 'Check the id (customerId), and that the workspace is in this cloud.',
  },
  E824: {
    exit: EXIT.notPermitted,
    says: 'whoever asks may not query the Log Analytics workspace',
    fix: 'Assign the role "Log Analytics Reader" on the workspace; it takes some minutes to be in force.',
  },
  E825: {
    exit: EXIT.notPermitted,
    says: 'Log Analytics does not accept the credential',
    fix: 'Run `az login` anew, in the tenant of the workspace; of another cloud than the public one give --log-analytics-endpoint.',
  },
  E826: {
    exit: EXIT.notPermitted,
    says: 'there is no credential for Log Analytics',
    fix: 'Run `az login`, or run where a managed or workload identity is.',
  },
  E827: {
    exit: EXIT.failure,
    says: 'Log Analytics is asked too much at this time',
    fix: 'Run the same again later: it goes on where it stood.',
  },
  E828: {
    exit: EXIT.failure,
    says: 'Log Analytics failed',
    fix: 'Run the same again: it goes on where it stood.',
  },
  E829: {
    exit: EXIT.failure,
    says: 'the Log Analytics workspace lacks a table that the question needs',
    fix: 'Switch on what fills it (Traffic Analytics, Container Insights, Application Insights), or ask the workspace that has it; of a table of the plan Basic or Auxiliary say so: --store "la://ID?basic=TABLE".',
  },
  E831: {
    exit: EXIT.usage,
    says: 'the resource whose metrics are to be read is not understood',
    fix: 'Give the id of a load balancer, NAT gateway or firewall: `az network lb show --resource-group GROUP --name NAME --query id -o tsv`.',
  },
  E832: {
    exit: EXIT.failure,
    says: "Azure's API of resources cannot be reached",
    fix: 'Check that this machine can reach it: a proxy, DNS. Of another cloud than the public one give --metrics-endpoint.',
  },
  E833: {
    exit: EXIT.failure,
    says: 'the resource whose metrics are to be read is not there',
    fix: 'Check its id; a cluster that moved from a load balancer to a NAT gateway has another one.',
  },
  E834: {
    exit: EXIT.notPermitted,
    says: 'whoever asks may not read the metrics of the resource',
    fix: 'Assign the role "Monitoring Reader" on the resource; it takes some minutes to be in force.',
  },
  E835: {
    exit: EXIT.notPermitted,
    says: 'there is no credential that is accepted for metrics',
    fix: 'Run `az login`, or run where a managed or workload identity is; of another cloud than the public one give --metrics-endpoint.',
  },
  E836: {
    exit: EXIT.failure,
    says: 'metrics could not be read',
    fix: 'It is tried again; if it goes on, see what Azure says.',
  },
  E841: {
    exit: EXIT.notPermitted,
    says: 'looking through the nodes is not permitted',
    fix: 'Have somebody who administers the cluster run the commands that are named, or use a context that may do it.',
  },
  E842: {
    exit: EXIT.notPermitted,
    says: 'the cluster does not admit the debugging pods',
    fix: 'Give a namespace that takes pods with the network of their node with --pod-namespace NAME.',
  },
  E843: {
    exit: EXIT.usage,
    says: 'there are many nodes, and nobody said which to look at',
    fix: 'Name those that matter with --node NAME, or look at every one with --all-nodes.',
  },
  E844: {
    exit: EXIT.usage,
    says: 'there is no such node',
    fix: 'See `kubectl get nodes` for their names.',
  },
  E845: {
    exit: EXIT.failure,
    says: 'no node could be looked at',
    fix: 'See the reason given for each node; `unmasq now --help` says what a look needs.',
  },
  E846: {
    exit: EXIT.failure,
    says: 'the Kubernetes API cannot be reached, or failed',
    fix: 'See that `kubectl get nodes` answers in the same context, and run the same again.',
  },
  E847: {
    exit: EXIT.usage,
    says: 'nothing is known of a node of this name',
    fix: 'Give one of the nodes that are known, as Kubernetes names them; `unmasq sources` says what was brought in.',
  },
  E848: {
    exit: EXIT.usage,
    says: 'nothing is known of a namespace of this name',
    fix: 'Give one of the namespaces that are known; `unmasq sources` says what was brought in.',
  },
  E851: {
    exit: EXIT.usage,
    says: 'the parameters of the query cannot be filled in',
    fix: 'Run `unmasq kql check FILE` for what is wrong with it. A query without `declare query_parameters` is sent as it is.',
  },
  E852: {
    exit: EXIT.usage,
    says: 'a parameter of the query is missing, superfluous or wrong',
    fix: 'Give each with --param NAME=VALUE; `unmasq kql show NAME` says what there are.',
  },
  E853: {
    exit: EXIT.usage,
    says: 'the id of the workspace is not understood',
    fix: 'Give the id of the resource: `az monitor log-analytics workspace show --resource-group GROUP --workspace-name NAME --query id -o tsv`.',
  },
  E854: {
    exit: EXIT.failure,
    says: 'the workspace refuses the query',
    fix: 'See what it says; a table that the workspace has never had rows in is not known to it.',
  },
  E855: {
    exit: EXIT.usage,
    says: 'there is no such query',
    fix: 'Run `unmasq kql list` for those there are, or give a file that ends in .kql.',
  },
  E856: {
    exit: EXIT.usage,
    says: 'the query cannot be run on this machine',
    fix: 'docs/reference/kql-local.md lists what can; a workspace runs the rest: --workspace ID.',
  },
  E857: {
    exit: EXIT.failure,
    says: 'the query did not come to its end',
    fix: 'Bound it in time, or take fewer rows; docs/reference/kql-local.md has the limits.',
  },
  E858: {
    exit: EXIT.failure,
    says: 'an exported table cannot be used',
    fix: 'Give TABLE=FILE where the columns do not tell the table; the file as `az monitor log-analytics query`, the API or the portal writes it.',
  },
  E859: {
    exit: EXIT.findings,
    says: 'the question would cost more than it may',
    fix: 'Narrow it with --since and --until or ?table=NAME, allow more with --scan-limit USD, or say --yes.',
  },
  E860: {
    exit: EXIT.usage,
    says: 'a Log Analytics workspace cannot be asked this',
    fix: 'It answers `unmasq who`, `unmasq flows` and `unmasq trace`. For everything else read it into a store: `unmasq ingest log-analytics://ID`.',
  },
  E861: {
    exit: EXIT.failure,
    says: 'there is nothing to audit',
    fix: 'Name a folder with .tf files, a plan (`--plan`), or manifests; `unmasq audit --help` lists what is read.',
  },
  E862: {
    exit: EXIT.failure,
    says: 'the baseline cannot be used',
    fix: 'Write it anew with --write-baseline FILE, or leave --baseline away.',
  },
  E863: {
    exit: EXIT.notPermitted,
    says: 'Azure could not be asked of the cluster',
    fix: 'Run `az login` with an account that has the role Reader on it, and take the id from `az aks show … --query id -o tsv`.',
  },
  E901: {
    exit: EXIT.failure,
    says: 'unmasq failed in a way it should not',
    fix: 'Run again with --debug and report what it prints.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** One failure: what failed, why, and what to do. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string | null;
  readonly fix: string;
}

/** `fix` is the catalogue's unless this case has a better one. */
export const trouble = (
  code: ErrorCode,
  what: string,
  more: { readonly why?: string; readonly fix?: string } = {},
): Trouble => ({
  code,
  what,
  why: more.why ?? null,
  fix: more.fix ?? ERRORS[code].fix,
});
