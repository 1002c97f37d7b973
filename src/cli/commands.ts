import { AUDIT_LOGS_FLAGS } from './audit-logs-flags.ts';
import type { CommandSpec, FlagSpec } from './command.ts';
import { KQL_COMMANDS } from './kql-commands.ts';
import { CONFIG_FILE } from './read-config.ts';
import { CONFIGURATION_FLAGS } from './variable-values.ts';

const RANGE = ['since', 'until', 'at', 'cluster', 'output', 'redact', 'tz', 'data', 'store', 'server'] as const;
const ASK = 'Ask';
const BRING = 'Bring in';
const CONFIGURE = 'Configure';
const RUN = 'Run';
const TRY = 'Try and measure';

const SYMPTOMS_FLAG: FlagSpec = {
  flags: '--symptoms <file>',
  says: 'wordings of failed calls in lines of logs, beside the usual ones: a YAML list of { name, pattern, is }',
};

const RETENTION_FLAG: FlagSpec = {
  flags: '--retention <kind=time>',
  says: 'for how long flows, minutes and hours of them, sightings, logs or metrics are kept, as flows=30d (default: for ever; hours as minutes, and these as flows); 30d: all; repeat for several',
  repeats: true,
};

/** Flags of every command that reads a Log Analytics workspace. */
const WORKSPACE_FLAGS: CommandSpec['flags'] = [
  {
    flags: '--log-analytics-table <name>',
    says: 'of workspaces only this table; repeat for several (default: all that unmasq reads)',
    repeats: true,
  },
  {
    flags: '--log-analytics-endpoint <url>',
    says: 'their API in another cloud than the public one, such as https://api.loganalytics.us',
  },
];

/** Flags of the commands that a Log Analytics workspace answers in the place of a store. */
const SCAN_FLAGS: CommandSpec['flags'] = [
  {
    flags: '--scan-limit <usd>',
    says: 'of a workspace (--store la://ID): more than this it may not cost to read tables of the plans Basic and Auxiliary (default 1)',
  },
  { flags: '--yes', says: 'of a workspace: whatever it costs' },
];

/** Which flows: of `flows` and `map`. */
const FLOW_FLAGS: CommandSpec['flags'] = [
  { flags: '--dest <address>', says: 'only to this IP, CIDR or IP:PORT; repeat for several', repeats: true },
  { flags: '--dest-port <port>', says: 'only to this port; repeat for several', repeats: true },
  {
    flags: '--src <address>',
    says: 'only from this IP, CIDR or IP:PORT on the wire; repeat for several',
    repeats: true,
  },
  { flags: '--proto <name>', says: 'only tcp, udp, … ; repeat for several', repeats: true },
  {
    flags: '--verdict <word>',
    offers: ['exact', 'probable', 'ambiguous', 'relayed', 'node', 'unattributed'],
    says: 'only with this verdict; repeat for several',
    repeats: true,
  },
  { flags: '--node <name>', says: 'only through this node; repeat for several', repeats: true },
  {
    flags: '--where <filter>',
    says: 'the filters in words: dest = 203.0.113.0/24 and dest-port in (443, 5432) and verdict != exact',
  },
];

/** Every command there is. What runs is loaded when it runs: help stays quick. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'who',
    group: ASK,
    takes: '<dest...>',
    summary: 'which workloads and pods talked to a destination',
    about: [
      'DEST is an IP, a CIDR, IP:PORT, IP:PORT/PROTOCOL, or a pasted log line of any kind in quotes: a flow log tuple, a firewall or conntrack line,',
      'a JSON row, an error message. A source and a time in the line narrow the question to that connection and moment.',
    ],
    examples: [
      ['unmasq who 203.0.113.66', 'Who talked to this address?'],
      [
        'unmasq who 203.0.113.0/24 --since 03:00 --until 03:20 -n shop',
        'Who of namespace shop talked to this block, in these minutes?',
      ],
      [
        'unmasq who "2026-11-22T03:04:17Z connect to 203.0.113.66:443 failed"',
        'A line from a log: the address and the moment in it are asked about',
      ],
      ['unmasq who 203.0.113.66 -o json', 'The same for a program'],
      [
        'unmasq who 203.0.113.66 --since 2h --cluster prod --store la://7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978',
        'Who could have, asked of a Log Analytics workspace: nothing is read in, and nobody is certain',
      ],
      [
        'unmasq who 203.0.113.66 --since 1h --compare 24h',
        'Who is new, gone, or sends much more or less than at this time yesterday?',
      ],
    ],
    flags: [
      {
        flags: '--compare <time>',
        says: 'with as long an interval that much earlier: who is new, gone, grown; without a range the newest so long',
      },
      { flags: '--steps <n>', says: 'also how many flows began in each of n equal steps of the time, by verdict' },
      { flags: '--resolve-now', says: 'guess: ask about the addresses that a host name has at this moment' },
      {
        flags: '--verdict <word>',
        offers: ['exact', 'probable', 'ambiguous', 'relayed', 'node', 'unattributed'],
        says: 'only flows with this verdict; repeat for several',
        repeats: true,
      },
      { flags: '--node <name>', says: 'only flows that left through this node; repeat for several', repeats: true },
      ...SCAN_FLAGS,
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq flows', 'unmasq why', 'unmasq help verdicts'],
    run: async (context, words, given) => (await import('./commands/who.ts')).runWho(context, words, given),
  },
  {
    name: 'flows',
    group: ASK,
    takes: '[workload...]',
    summary: 'the flows with the pod behind each, newest last',
    about: ['WORKLOAD is NAMESPACE/NAME, KIND/NAME (deployment/checkout, pod/checkout-7f9c-x2x8q) or a bare name.'],
    examples: [
      ['unmasq flows', 'The last 100 flows'],
      ['unmasq flows shop/checkout --since 15m', 'What one workload sent in the last quarter of an hour'],
      [
        'unmasq flows --dest 203.0.113.66:443 --verdict ambiguous -o wide',
        'Flows to one endpoint that could not be proven, with every column',
      ],
      [
        "unmasq flows --where 'ns = shop and dest-port in (443, 5432)'",
        'The same filters in words, as the console has them',
      ],
      ['unmasq flows --all -o jsonl', 'Everything, one JSON object a line'],
      ['unmasq flows --changed-since 1h', 'What late evidence changed within the last hour, from whom to whom'],
    ],
    flags: [
      ...FLOW_FLAGS,
      {
        flags: '--changed-since <time>',
        says: 'only flows of which something else is said than was at that time; --since is about when they were',
      },
      { flags: '--limit <n>', says: 'the newest n (default 100)' },
      { flags: '--all', says: 'no limit' },
      {
        flags: '--steps <n>',
        says: 'also how many there are by when they began, in n equal steps of the time (-o json)',
      },
      ...SCAN_FLAGS,
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq who', 'unmasq why'],
    run: async (context, words, given) => (await import('./commands/flows.ts')).runFlows(context, words, given),
  },
  {
    name: 'map',
    group: ASK,
    takes: '[workload...]',
    summary: 'who talks to what: workloads, and where what they send goes',
    about: [
      'WORKLOAD is as for `unmasq flows`. Each line is one sender and one destination; the largest are listed, and what is not is summed up as other, so that',
      'the lines together are all flows. A flow that several may have sent names nobody: it is in the line (several possible). Destinations are addresses,',
      'or ports, blocks (/24, /64), host names that applications told, or service tags of Azure; except for the first two, pods and nodes of the cluster go by name.',
      'With --to all a line is all that a sender sent, which is counted by the hour and the minute already: days of it take no longer than an hour.',
    ],
    examples: [
      ['unmasq map', 'What leaves the cluster, and from where?'],
      ['unmasq map --to tag --by bytes --since 1h', 'How much goes to which service of Azure?'],
      ['unmasq map --hide dns,kube-system,azure', 'The same without what every cluster does; it is counted'],
      [
        'unmasq map --sender pod --to all --by sent --limit 20 --since 24h',
        'Which twenty pods sent most, wherever it went?',
      ],
      [
        "unmasq map --where 'ns = shop and dest-port = 5432' -o csv",
        'Narrowed as `unmasq flows` is, for a spreadsheet',
      ],
    ],
    flags: [
      {
        flags: '--sender <what>',
        offers: ['workload', 'pod'],
        says: 'what pods sent by workload (the default) or pod',
      },
      {
        flags: '--to <what>',
        offers: ['address', 'port', 'block', 'host', 'tag', 'all'],
        says: 'destinations by address (the default), port, block, host or tag; all: together',
      },
      {
        flags: '--by <measure>',
        offers: ['flows', 'bytes', 'sent'],
        says: 'what makes a line large: flows (the default), bytes, or bytes sent',
      },
      {
        flags: '--hide <presets>',
        offers: ['dns', 'kube-system', 'azure'],
        says: 'leave out and count: dns (ports 53, 853), kube-system (what its workloads send), azure (its platform and control plane)',
        repeats: true,
      },
      { flags: '--limit <n>', says: 'the n largest (default 40); the rest is summed up' },
      ...FLOW_FLAGS,
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq who', 'unmasq flows', 'unmasq path'],
    run: async (context, words, given) => (await import('./commands/map.ts')).runMap(context, words, given),
  },
  {
    name: 'why',
    group: ASK,
    takes: '<flow...>',
    summary: 'what a verdict rests on: for, against, ruled out, missing',
    about: [
      'FLOW is an id from `unmasq flows`, a tuple as on the wire (10.224.0.4:41822-203.0.113.66:443/tcp), or a pasted line that states',
      'both ends with their ports. Of several flows on one tuple the newest is taken.',
    ],
    examples: [
      ['unmasq why f_…', 'The evidence for one flow'],
      ["unmasq why '10.224.0.4:41822 -> 203.0.113.66:443' --at 03:04", 'The same by what is on the wire, at a time'],
      ['unmasq why f_… -o json', 'Facts, leases, translations and raw records as data'],
    ],
    flags: [],
    honours: RANGE,
    seeAlso: ['unmasq flows', 'unmasq help verdicts'],
    run: async (context, words) => (await import('./commands/why.ts')).runWhy(context, words),
  },
  {
    name: 'trace',
    group: ASK,
    takes: '[id...]',
    summary: 'the journey of a request: its spans, log lines, pods, and the flows behind its calls',
    about: [
      'ID is a trace id, a traceparent, x-ms-client-request-id, Request-Id (|root.1.2.) or any correlation id that spans or logs carry; case and',
      'dashes do not matter. A call shows the flow behind it with its verdict, SNAT port and decision; a hole is shown with its reason.',
      'With --propagation: which share of ids survives each hop between workloads, and where they are lost.',
    ],
    examples: [
      ['unmasq trace 4bf92f3577b34da6a3ce929d0e0e4736', 'What happened to this request?'],
      ['unmasq trace 7d444840-9dc0-11d1-b245-5ffdce74fad2 -o wide', 'The same by a correlation id, with every column'],
      ["unmasq trace '|4bf92f35.b7ad6b71_1.'", 'By a hierarchical Request-Id: quote it, the shell knows | too'],
      ['unmasq trace 4bf92f3577b34da6a3ce929d0e0e4736 -o json', 'The same for a program'],
      ['unmasq trace --propagation --since 1h -n shop', 'Where do ids get lost?'],
    ],
    flags: [
      { flags: '--propagation', says: 'how ids travel between workloads, in place of one journey' },
      ...SCAN_FLAGS,
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq why', 'unmasq flows', 'unmasq sources'],
    run: async (context, words, given) => (await import('./commands/trace.ts')).runTrace(context, words, given),
  },
  {
    name: 'snat',
    group: ASK,
    takes: '[what...]',
    offers: ['status', 'ledger', 'forecast', 'advice'],
    summary:
      'the ports that connections to the outside take: who holds them, how near the limits are, when they run out',
    about: [
      'WHAT is `status` (each node against what its load balancer allocated; the default), `ledger` (each node and destination at its peak, by pod),',
      '`forecast` (when a limit is reached, with the interval that holds it four times out of five) or `advice` (churn, leak or fan-out, by workload and',
      'destination, and what mends it). Ledgers of their own: the ports that a pod has itself (--of pod), the table of connection tracking (--of conntrack).',
      'At a load balancer a node needs between as many ports as its largest destination and as many as all together: both are told. What is allocated is known',
      "from Azure's metrics. Ends with 3 where connections failed for want of a port, a node surely uses 80% or more of what it has, or a limit is forecast.",
    ],
    examples: [
      ['unmasq snat --since 1h', 'Are we running out of ports?'],
      ['unmasq snat ledger --since 1h', 'Who eats them?'],
      [
        'unmasq snat ledger --dest 203.0.113.66:443 -n shop -o wide',
        'Every pod of a namespace that held ports towards one endpoint',
      ],
      ['unmasq snat ledger --of pod', 'Which pod runs out of ports of its own?'],
      ['unmasq snat ledger --of conntrack', 'How full is the connection tracking of each node?'],
      ['unmasq snat advice --since 1h', 'Churn, a leak, or fan-out: what mends it?'],
      ['unmasq snat forecast --since 3h', 'When does it break?'],
      ['unmasq snat plan --nodes 60 --peak 203.0.113.66:443=700', 'What fixes it, and what does that cost?'],
    ],
    flags: [
      { flags: '--steps <n>', says: 'with status: also the ports over time, in up to n equal steps (-o json)' },
      { flags: '--node <name>', says: 'only through this node; repeat for several', repeats: true },
      { flags: '--dest <address>', says: 'only to this IP, CIDR or IP:PORT; repeat for several', repeats: true },
      { flags: '--inside', says: 'also to private addresses, which no load balancer or NAT gateway translates' },
      {
        flags: '--of <what>',
        offers: ['node', 'pod', 'conntrack'],
        says: 'with ledger: node (the default), pod or conntrack',
      },
      {
        flags: '--limit <n>',
        says: 'with ledger, advice or forecast: only the n that held most (default 100); the last line says of how many',
      },
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq snat plan', 'unmasq who', 'unmasq sources'],
    run: async (context, words, given) => (await import('./commands/snat.ts')).runSnat(context, words, given),
  },
  {
    name: 'snat plan',
    group: ASK,
    takes: '',
    summary: 'what other settings of the egress would do: to the ports of a node, to the bill, and how to get there',
    about: [
      'What is not said of now is as documents of Azure in the store tell it, the nodes as they are counted; where there is no store, as AKS sets it (a load',
      'balancer with one address, ports by the number of nodes, 30 minutes). What is not said of then stays. --peak is what a node holds at its busiest, as its',
      'metric UsedSnatPorts says; without it what was counted between --since and --until. A load balancer uses one port for several destinations at once, so',
      'what is needed has bounds. Nothing is asked of Azure. Ends with 3 where it is not enough.',
    ],
    examples: [
      ['unmasq snat plan --nodes 60 --since 3h', 'Do the ports last for 60 nodes, by what was counted?'],
      [
        'unmasq snat plan --now nodes=48 --nodes 60 --peak 203.0.113.66:443=700',
        'We grow to 60 nodes: do the ports last?',
      ],
      [
        'unmasq snat plan --nodes 60 --outbound-ips 2 --ports-per-node 1600',
        'Ports that do not change with the number of nodes',
      ],
      [
        'unmasq snat plan --nodes 60 --nat-gateway 2 --peak 203.0.113.66:443=700 --gb 5000',
        'A NAT gateway with two addresses, and what it costs',
      ],
      [
        'unmasq snat plan --nodes 60 --peak shop.blob.core.windows.net=600 --private-endpoint shop.blob.core.windows.net',
        'What would a private endpoint spare?',
      ],
    ],
    flags: [
      {
        flags: '--now <settings>',
        says: 'how it is now: nodes=48,outbound-ips=1,ports-per-node=0,idle-timeout=30, or nat-gateway=2',
      },
      { flags: '--nodes <n>', says: 'nodes of the cluster' },
      { flags: '--surge <n>', says: 'nodes that an upgrade adds for its time, 3 or 10% (default 10%)' },
      { flags: '--outbound-ips <n>', says: 'public addresses to leave through' },
      { flags: '--ports-per-node <n>', says: 'ports of each node, a multiple of 8; 0: by the number of nodes' },
      { flags: '--idle-timeout <minutes>', says: 'how long a silent connection keeps its port' },
      { flags: '--lb-rules <n>', says: 'load balancing rules on the same addresses (default 0)' },
      { flags: '--nat-gateway [ips]', says: 'through a NAT gateway with so many addresses (default 1)' },
      { flags: '--managed-network', says: 'AKS made the network, so it makes the NAT gateway too' },
      {
        flags: '--private-endpoint <dest>',
        says: 'a destination of --peak that gets one; repeat for several',
        repeats: true,
      },
      {
        flags: '--peak <dest=ports>',
        says: 'most ports that a node holds to it; 900 alone: to all together; repeat',
        repeats: true,
      },
      { flags: '--opens <dest=n>', says: 'connections that a node opens to it in a second; repeat', repeats: true },
      { flags: '--gb <n>', says: 'gigabytes through the egress in a month, both directions' },
    ],
    honours: [...RANGE, 'strict'],
    seeAlso: ['unmasq snat', 'unmasq help output'],
    run: async (context, _, given) => (await import('./commands/snat-plan.ts')).runSnatPlan(context, given),
  },
  {
    name: 'diagnose',
    group: ASK,
    takes: '',
    summary: 'why calls fail: for each cause whether it is ruled in, ruled out, or cannot be told, and what would tell',
    about: [
      'Looks at connections that were not answered, refused or denied, at what the kernel of each node and the load balancer counted, at questions to DNS',
      'servers, at what applications say in logs and spans, and at pods that end. A cause that was counted or logged by what failed is proved; the others',
      'follow. Ends with 3 where a cause is ruled in. docs/guide/diagnose.md',
    ],
    examples: [
      ['unmasq diagnose --since 15m', 'Calls fail: is it SNAT, DNS, the network or the other side?'],
      ['unmasq diagnose --since 15m --dest 203.0.113.10:443', 'Only what goes to one endpoint'],
      [
        'unmasq diagnose --since 15m -n shop',
        'Only what pods of a namespace meet; what nodes and load balancers count stays whole',
      ],
      ['unmasq diagnose -o wide', 'Every fact, and every signal that is missing'],
      ['unmasq diagnose -o json', 'The same for a program'],
    ],
    flags: [
      { flags: '--node <name>', says: 'only through this node; repeat for several', repeats: true },
      { flags: '--dest <address>', says: 'only to this IP, CIDR or IP:PORT; repeat for several', repeats: true },
    ],
    honours: [...RANGE, 'namespace', 'allNamespaces', 'strict'],
    seeAlso: ['unmasq snat', 'unmasq path', 'unmasq doctor'],
    run: async (context, _, given) => (await import('./commands/diagnose.ts')).runDiagnose(context, given),
  },
  {
    name: 'path',
    group: ASK,
    takes: '<pod> <dest>',
    summary:
      'how what a pod sends to a destination leaves: hops, translations, limits, and the addresses that the other side sees',
    about: [
      'POD is NAMESPACE/NAME or a bare name, DEST an IP or IP:PORT. What is said rests on documents of Azure: what `az aks show`, `az network vnet list`,',
      '`az network route-table list` and the like print with -o json, brought in by `unmasq ingest`. What they do not tell is said to be missing, with the line that',
      'would tell it; nothing is guessed, and nothing unknown is charged to the load balancer. docs/guide/egress.md',
    ],
    examples: [
      [
        'unmasq path shop/checkout-7f9c6d5b48-x2x8q 203.0.113.66:443',
        'How does it get there, and as whom does it arrive?',
      ],
      ['unmasq path checkout-7f9c6d5b48-x2x8q 203.0.113.66 -o json', 'The same for a program'],
    ],
    flags: [],
    honours: ['cluster', 'output', 'redact', 'tz', 'data', 'store', 'server', 'strict'],
    seeAlso: ['unmasq flows -o wide', 'unmasq why', 'unmasq sources'],
    run: async (context, words) => (await import('./commands/path.ts')).runPath(context, words),
  },
  {
    name: 'now',
    group: ASK,
    takes: '<dest...>',
    summary: "the same from a look of a minute through the cluster's own nodes, where nothing was set up before",
    about: [
      'Starts a pod on each Linux node, as `kubectl debug node` does: with the network of the node and CAP_NET_ADMIN. It tells what connection tracking',
      'does, and is deleted at the end, at Ctrl-C and after an error; of a look that was killed it ends by itself, and the next look deletes it. Pods and',
      'nodes are watched meanwhile. Nothing is installed and nothing kept. Where agents run, ask their server: `unmasq who DEST --since 60s --server URL`.',
    ],
    examples: [
      ['unmasq now 203.0.113.66', 'Who is talking to this address at this moment?'],
      ['unmasq now 203.0.113.66:443 --for 5m --node aks-np1-12345678-vmss000000', 'For longer, through one node'],
      [
        'unmasq now 203.0.113.66 --image registry.example.com/tools/conntrack:1',
        'With an image of your own that has conntrack',
      ],
      ['unmasq now 203.0.113.66 --context shop-prod -o json', 'Of another cluster, for a program'],
    ],
    flags: [
      { flags: '--for <time>', says: 'how long, from 1s to 10m (default 60s)' },
      { flags: '--node <name>', says: 'only through this node; repeat for several', repeats: true },
      { flags: '--all-nodes', says: 'every node, also where there are more than 50' },
      {
        flags: '--image <name>',
        says: 'has sh, and conntrack or a package manager to get it with (default mcr.microsoft.com/azurelinux/base/core:3.0)',
      },
      {
        flags: '--pod-namespace <name>',
        says: 'where the pods are started (default kube-system, which Azure Policy leaves alone)',
      },
      { flags: '--resolve-now', says: 'guess: ask about the addresses that a host name has at this moment' },
      {
        flags: '--verdict <word>',
        offers: ['exact', 'probable', 'ambiguous', 'relayed', 'node', 'unattributed'],
        says: 'only flows with this verdict; repeat for several',
        repeats: true,
      },
    ],
    honours: ['output', 'redact', 'tz', 'namespace', 'allNamespaces', 'strict', 'kubeconfig', 'context'],
    seeAlso: ['unmasq who', 'unmasq agent'],
    run: async (context, words, given) => (await import('./commands/now.ts')).runNow(context, words, given),
  },
  {
    name: 'ingest',
    group: BRING,
    takes: '<path...>',
    summary:
      'reads files, folders, containers of flow logs and Log Analytics workspaces; doing it twice changes nothing',
    about: [
      'Every file is recognised by its content: VNet and NSG flow logs, `kubectl get pods,nodes,events -A -o json` and its --watch, conntrack -E and -L,',
      'traces and logs as OTLP in JSON lines, and exports of KubePodInventory, KubeNodeInventory, KubeEvents, ContainerLogV2, ContainerNetworkLogs,',
      'NTANetAnalytics, AzureNetworkAnalytics_CL, AppDependencies, AppRequests, AppTraces, AppExceptions, AZFWNetworkRule and AZFWFlowTrace, `az monitor metrics list -o json`,',
      'and what az shows and lists of clusters, networks, routes, gateways, addresses and service tags. gzip is unpacked.',
      '`-` reads standard input. The order does not matter; verdicts are brought up to date at the end.',
      'https://ACCOUNT.blob.core.windows.net/CONTAINER reads flow logs from blob storage, and a second time only what is new. A SAS stands behind the',
      'URL or in AZURE_STORAGE_SAS_TOKEN, a key in AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_KEY; else whoever runs this is asked for (`az login`).',
      'log-analytics://WORKSPACE-ID reads the same tables from a workspace, from --since on, as whoever runs this.',
    ],
    examples: [
      ['unmasq ingest insights-logs-flowlogflowevent/', 'A folder of flow logs as Azure lays them out'],
      ['kubectl get pods -A -o json | unmasq ingest -', 'The pods as they are now'],
      [
        'unmasq ingest --node aks-np1-12345678-vmss000000 events.txt',
        'conntrack of a node that the lines themselves do not tell',
      ],
      ['unmasq ingest --at 2026-11-22T03:00:00Z pods.json', 'A list of pods that was taken at that time'],
      ['unmasq ingest --cluster prod-weu export.csv', 'Files of one cluster among several'],
      [
        'unmasq ingest https://logs.blob.core.windows.net/insights-logs-flowlogflowevent --since 03:00 --until 05:00',
        'Two hours of flow logs, straight from where Azure writes them',
      ],
      [
        'unmasq ingest log-analytics://7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978 --since 24h',
        'The last day of a Log Analytics workspace, and a second time only what is new',
      ],
    ],
    flags: [
      { flags: '--node <name>', says: 'the node whose conntrack wrote the files' },
      {
        flags: '--id-field <name>',
        says: 'a header or field that carries a correlation id here, beside the usual ones; repeat for several',
        repeats: true,
      },
      SYMPTOMS_FLAG,
      ...WORKSPACE_FLAGS,
    ],
    honours: ['since', 'until', 'at', 'cluster', 'output', 'redact', 'tz', 'data', 'store', 'strict'],
    seeAlso: ['unmasq sources'],
    run: async (context, words, given) => (await import('./commands/ingest.ts')).runIngest(context, words, given),
  },
  {
    name: 'audit',
    group: CONFIGURE,
    takes: '[path...]',
    summary: 'what is wrong with the monitoring of a cluster, from its files: with the place, the reason and the fix',
    about: [
      'PATH is a folder or file with Terraform (HCL, JSON, plans), documents of Azure (rules of data collection, templates, what az prints), manifests and',
      'ConfigMaps of Kubernetes, or KQL; `-` is standard input. Values are worked out through variables, locals, functions and modules; what is not told is never',
      'guessed, and nothing is said about it. With --logs it scores a sample of logs of applications: can they be read, joined and afforded? Ends with 3 where a',
      'finding is at least as grave as --fail-on says. docs/guide/audit.md, docs/guide/logs.md, docs/reference/findings.md',
    ],
    examples: [
      ['unmasq audit infra', 'Everything that is wrong, by file and line'],
      ['unmasq audit infra --plan plan.json', 'What a plan makes: nothing is missing by chance'],
      [
        'unmasq audit --live "$(az aks show -g GROUP -n NAME --query id -o tsv)"',
        'What is set up in Azure at this moment',
      ],
      ['helm template chart | unmasq audit -', 'Manifests that are made elsewhere'],
      ['unmasq audit infra -o diff | git apply', 'Mends what can be mended for certain'],
      ['unmasq audit infra -o sarif > audit.sarif', 'For code scanning; -o markdown for a comment on a pull request'],
      ['unmasq audit infra --fail-on critical', 'Only what cannot work fails a pipeline'],
      ['unmasq audit --logs checkout.log --logs payment.log', 'Can a request be followed from one to the other?'],
      [
        'kubectl logs -n shop -l app --prefix --tail 1000 | unmasq audit --logs -',
        'The last lines of all pods of a namespace',
      ],
    ],
    flags: [
      {
        flags: '--fail-on <severity>',
        offers: ['critical', 'warning', 'note', 'never'],
        says: 'ends with 3 from here on: critical, warning, note, never',
        byDefault: 'warning',
      },
      ...CONFIGURATION_FLAGS,
      {
        flags: '--live <cluster id>',
        says: 'asks Azure of the cluster and its monitoring in the place of files (role Reader; nothing is changed)',
      },
      { flags: '--complete', says: 'this is everything: what is not here is missing' },
      { flags: '--partial', says: 'there is more elsewhere: nothing is said to be missing' },
      {
        flags: '--elsewhere <what>',
        offers: ['flow-logs', 'alerts', 'queries', 'collection-rules', 'agent', 'nat-gateway'],
        says: 'kept in another place, so not missing: flow-logs, alerts, queries, collection-rules, agent, nat-gateway; repeat for several',
        repeats: true,
      },
      { flags: '--need-days <n>', says: 'how far back one wants to be able to ask', byDefault: '90' },
      { flags: '--baseline <file>', says: 'what is known already: only what is new counts' },
      { flags: '--write-baseline <file>', says: 'writes what is found now, to be known from then on' },
      ...AUDIT_LOGS_FLAGS,
      { flags: '--today <day>', says: 'as if it were that day: what retires is told by it' },
    ],
    honours: ['output', 'redact', 'strict'],
    alsoPrints: ['sarif', 'markdown', 'diff'],
    seeAlso: ['unmasq doctor', 'unmasq help exit-codes'],
    run: async (context, words, given) => (await import('./commands/audit.ts')).runAudit(context, words, given),
  },
  {
    name: 'sources',
    group: BRING,
    takes: '',
    summary: 'what has arrived, up to when, with gaps, refused rows and clocks',
    about: [],
    examples: [
      ['unmasq sources', 'Every source of every cluster'],
      ['unmasq sources -o json', 'The same with gaps and refused rows as data'],
    ],
    flags: [],
    honours: ['cluster', 'output', 'redact', 'tz', 'data', 'store', 'server'],
    seeAlso: ['unmasq ingest'],
    run: async (context) => (await import('./commands/sources.ts')).runSources(context),
  },
  {
    name: 'doctor',
    group: BRING,
    takes: '',
    summary: 'what is there, fresh and complete, and the line that mends what is not; can this question be answered?',
    about: [
      'Looks at the store and at each source of each cluster. With --for it asks the question, and says whether every flow has a certain sender,',
      'and if not which source is missing. Ends with 3 when something failed, or when the question cannot be answered exactly.',
    ],
    examples: [
      ['unmasq doctor', 'Is everything there that answers rest on?'],
      ["unmasq doctor --for 'who 203.0.113.66 --at 03:00'", 'Can this be answered exactly, and if not, why not?'],
    ],
    flags: [{ flags: '--for <question>', says: 'a question of `unmasq who`, in quotes' }],
    honours: ['cluster', 'output', 'redact', 'tz', 'data', 'store', 'server'],
    seeAlso: ['unmasq sources', 'unmasq why'],
    run: async (context, _, given) => (await import('./commands/doctor.ts')).runDoctor(context, given),
  },
  {
    name: 'serve',
    group: RUN,
    takes: '',
    summary: 'one process that owns the store and answers over HTTP: every question, files by POST, metrics',
    about: [
      'GET /api/v1/openapi.json describes the API. Calls of unmasq on the same folder go through it, others with --server URL. Beyond loopback: tokens.',
    ],
    examples: [
      ['unmasq serve', 'On 127.0.0.1:7171, for this machine alone'],
      ['unmasq serve --listen 0.0.0.0:7171 --token-file /etc/unmasq/tokens', 'For others, who show a token'],
      [
        'unmasq serve --kubernetes --blobs https://logs.blob.core.windows.net/insights-logs-flowlogflowevent',
        'Watch pods and nodes, and read the flow logs straight from where Azure writes them',
      ],
    ],
    flags: [
      {
        flags: '--config <file>',
        says: `the configuration (default ${CONFIG_FILE}, if it is there)`,
        isNoSetting: true,
      },
      { flags: '--listen <address>', says: 'HOST:PORT; port 0: any that is free', byDefault: '127.0.0.1:7171' },
      {
        flags: '--token-file <file>',
        says: 'lines of ROLE NAME TOKEN, ROLE being read or ingest; node=NODE behind the token of an agent',
      },
      {
        flags: '--otlp-grpc <address>',
        says: 'HOST:PORT for OTLP over gRPC, as 127.0.0.1:4317; over HTTP it is taken at /v1/traces and /v1/logs',
      },
      { flags: '--oidc-issuer <url>', says: 'take tokens of this OpenID Connect issuer too' },
      { flags: '--oidc-audience <name>', says: 'what its tokens for this server are made out to' },
      { flags: '--oidc-claim <name>', says: 'their claim that says what the holder may', byDefault: 'roles' },
      {
        flags: '--oidc-read <value>',
        says: 'value of it that gives the role read (default unmasq.read)',
        repeats: true,
      },
      {
        flags: '--oidc-read-in <value=namespaces>',
        says: 'value of it that lets read these namespaces alone, as team-shop=shop,shop-jobs',
        repeats: true,
      },
      { flags: '--oidc-ingest <value>', says: 'the same for ingest (default unmasq.ingest)', repeats: true },
      {
        flags: '--keep-log-text',
        says: 'keep the words of log lines too, and not only the ids and destinations in them',
      },
      SYMPTOMS_FLAG,
      RETENTION_FLAG,
      {
        flags: '--audit <path>',
        says: 'a folder or file that sets up the monitoring, which it audits when it is asked to; repeat for several',
        repeats: true,
      },
      { flags: '--spec <file>', says: 'the spec of the monitoring that it reckons the costs of' },
      {
        flags: '--measured <path>',
        says: 'exports of tables of Log Analytics for these costs, a file or a folder; repeat for several',
        repeats: true,
      },
      { flags: '--time-limit <seconds>', says: 'how long one answer may take', byDefault: '120' },
      {
        flags: '--kubernetes',
        says: 'watch the pods and nodes of a cluster: the one that unmasq runs in, or that of the kubeconfig; --cluster names its rows',
      },
      { flags: '--kube-context <name>', says: 'of the kubeconfig (default: its current one)' },
      {
        flags: '--blobs <url>',
        says: 'a container of flow logs that it reads by itself; CLUSTER=URL for another cluster than the default one; repeat for several',
        repeats: true,
      },
      { flags: '--blobs-every <time>', says: 'how often it looks there', byDefault: '60s' },
      { flags: '--blobs-since <time>', says: 'from when on hours are read, where none were', byDefault: '48h' },
      {
        flags: '--log-analytics <workspace>',
        says: 'a Log Analytics workspace that it reads by itself, by its id; CLUSTER=ID for another cluster than the default one; repeat for several',
        repeats: true,
      },
      { flags: '--log-analytics-every <time>', says: 'how often it looks there', byDefault: '60s' },
      { flags: '--log-analytics-since <time>', says: 'from when on rows are read, where none were', byDefault: '48h' },
      ...WORKSPACE_FLAGS,
      {
        flags: '--metrics <resource>',
        says: 'a load balancer, NAT gateway or firewall whose metrics it reads by itself, by its id; CLUSTER=ID for another cluster than the default one; repeat for several',
        repeats: true,
      },
      { flags: '--metrics-every <time>', says: 'how often it looks there', byDefault: '60s' },
      { flags: '--metrics-since <time>', says: 'from when on metrics are read, where none were', byDefault: '24h' },
      {
        flags: '--metrics-endpoint <url>',
        says: "Azure's API of resources in another cloud than the public one, such as https://management.usgovcloudapi.net",
      },
    ],
    honours: ['data', 'store', 'cluster', 'kubeconfig'],
    isConfigured: true,
    seeAlso: [],
    run: async (context, _, given) => (await import('./commands/serve.ts')).runServe(context, given),
  },
  {
    name: 'backup',
    group: RUN,
    takes: '<to>',
    summary: 'a copy of the store, whole or not there, with the sums of all its parts',
    about: [
      'TO is a file, where its name ends in .tar, or a folder; neither is there yet. The copy is read back and held to its sums before it is put in its place.',
      'The folder must not be open: a server is stopped first, and what agents and Azure have meanwhile is read afterwards.',
    ],
    examples: [
      ['unmasq backup unmasq-2026-11-28.tar', 'The store of this user, as one file'],
      ['unmasq backup /mnt/backup/unmasq --data /var/lib/unmasq', 'That of a server that was stopped, as a folder'],
    ],
    flags: [],
    honours: ['output', 'redact', 'data'],
    seeAlso: ['unmasq restore'],
    run: async (context, words) => (await import('./commands/backup.ts')).runBackup(context, words),
  },
  {
    name: 'restore',
    group: RUN,
    takes: '<backup>',
    summary: 'the store of a new or empty folder, made of a backup',
    about: [
      'All of the backup is held to its sums, and opened, before it is the store: a kill on the way leaves an empty folder. One that is torn, damaged or edited is refused, with the part',
      'that is wrong. A newer unmasq takes backups of older ones.',
    ],
    examples: [
      ['unmasq restore unmasq-2026-11-28.tar --data /var/lib/unmasq', 'Into a folder that is new or empty'],
      ['unmasq restore unmasq-2026-11-28.tar --dry-run', 'Is it whole, and what is in it? Nothing is written'],
    ],
    flags: [{ flags: '--dry-run', says: 'only hold it to its sums, and tell what it holds' }],
    honours: ['output', 'redact', 'data'],
    seeAlso: ['unmasq backup'],
    run: async (context, words, given) => (await import('./commands/backup.ts')).runRestore(context, words, given),
  },
  {
    name: 'purge',
    group: RUN,
    takes: '',
    summary: 'forgets a namespace or a pod: what it told goes, and in verdicts a stand-in takes the place of its name',
    about: [
      'Spans, log lines and events of it go. Its flows stay with a stand-in as their sender, so that nobody else is blamed for them. Others lose its name in their texts. What is read',
      'again of a pod that was purged goes to its stand-in. With a range: what it told then, and the names of pods that were there in it alone.',
    ],
    examples: [
      ['unmasq purge -n payroll --dry-run', 'What would become of which tables?'],
      ['unmasq purge -n payroll --yes', 'Without being asked, for a script'],
      ['unmasq purge --pod shop/checkout-7f9c-x2x8q', 'One pod; asks first'],
      ['unmasq purge -n payroll --since 2026-11-01 --until 2026-11-08 --yes', 'What it told in a week'],
    ],
    flags: [
      { flags: '--pod <name>', says: 'NAMESPACE/NAME: one pod, under whatever uid' },
      { flags: '--dry-run', says: 'only count the rows, by table' },
      { flags: '--yes', says: 'do not ask' },
      {
        flags: '--every-mention',
        says: 'take the name of the namespace out of all texts of others, where it stands as a word; without it only where it names something in it',
      },
    ],
    honours: ['namespace', 'since', 'until', 'tz', 'cluster', 'output', 'redact', 'data'],
    seeAlso: ['unmasq backup'],
    run: async (context, _, given) => (await import('./commands/purge.ts')).runPurge(context, given),
  },
  {
    name: 'compact',
    group: RUN,
    takes: '',
    summary: 'makes the store as small as it can be now, and says how small: every answer stays the same',
    about: [
      'What a store does by and by is done at once: answers that newer ones took the place of go, as does what is older than is kept; parts of tables are merged, and what these',
      'replaced is taken off the disk. With --retention less is kept from now on. A kill on the way leaves a store that is whole. A server is stopped first.',
    ],
    examples: [
      ['unmasq compact', 'The store of this user'],
      ['unmasq compact --data /var/lib/unmasq --retention flows=30d', 'Drop first what is older than 30 days'],
    ],
    flags: [RETENTION_FLAG],
    honours: ['output', 'redact', 'data'],
    seeAlso: ['unmasq backup'],
    run: async (context, _, given) => (await import('./commands/compact.ts')).runCompact(context, given),
  },
  {
    name: 'config',
    group: RUN,
    takes: '<what> [file]',
    offers: ['check', 'view'],
    summary: 'check: would `unmasq serve` take this configuration? view: what holds, and where it was said',
    about: [
      'Every flag of `unmasq serve` is a key of the file and a variable: --token-file, `token-file: /etc/unmasq/tokens`, UNMASQ_TOKEN_FILE. A flag',
      'counts before the variable, that before the file. Nothing is started, and no secret is shown.',
    ],
    examples: [
      ['unmasq config check unmasq.yaml', 'Before it is rolled out: each mistake with its line'],
      ['unmasq config view --origin', 'What would hold here, and where each of it was said'],
    ],
    flags: [
      { flags: '--config <file>', says: `the configuration (default ${CONFIG_FILE}, if it is there)` },
      { flags: '--origin', says: 'with the place where each value was said' },
    ],
    honours: ['output', 'redact'],
    seeAlso: ['unmasq serve'],
    run: async (context, words, given) => (await import('./commands/config.ts')).runConfig(context, words, given),
  },
  {
    name: 'completion',
    group: RUN,
    takes: '<shell>',
    offers: ['bash', 'zsh', 'fish'],
    summary: 'what makes a shell complete commands, flags and their words',
    about: ['SHELL is bash, zsh or fish. What is printed belongs into a file that the shell reads when it starts.'],
    examples: [
      ['source <(unmasq completion bash)', 'For this shell'],
      [
        'unmasq completion bash >~/.local/share/bash-completion/completions/unmasq',
        'For every bash, with bash-completion',
      ],
      ['unmasq completion zsh >"${fpath[1]}/_unmasq"', 'For every zsh'],
      ['unmasq completion fish >~/.config/fish/completions/unmasq.fish', 'For every fish'],
    ],
    flags: [],
    honours: [],
    seeAlso: [],
    run: async (context, words) => (await import('./commands/completion.ts')).runCompletion(context, words),
  },
  {
    name: 'agent',
    group: RUN,
    takes: '',
    summary: 'on a node: tells a server what its connection tracking translates, and where something may be missing',
    about: [
      'Starts conntrack -E, dumps the table at the start and after every loss, keeps what it heard in a folder until the server has it, and declares',
      'each gap. It needs conntrack-tools and CAP_NET_ADMIN in the network namespace of the node, and nothing of Kubernetes. It changes no setting.',
    ],
    examples: [
      [
        'unmasq agent --server http://unmasq:7171 --node "$NODE_NAME" --token-file /etc/unmasq/token',
        'As the DaemonSet of docs/guide/agent.md runs it',
      ],
    ],
    flags: [
      { flags: '--node <name>', says: 'the name of the node, as Kubernetes has it' },
      {
        flags: '--token-file <file>',
        says: 'a file that holds the token alone (default: UNMASQ_TOKEN); read again before each request',
      },
      {
        flags: '--spool <dir>',
        says: 'where what the server does not have yet is kept (default /var/lib/unmasq-agent)',
      },
      {
        flags: '--spool-size <mib>',
        says: 'how much of it at most (default 512); then new events are dropped, and a gap says so',
      },
      {
        flags: '--buffer-size <mib>',
        says: 'of the netlink socket, in kernel memory that is used in bursts only (default 64)',
      },
      { flags: '--send-every <seconds>', says: 'how old events become before they are sent (default 5)' },
    ],
    honours: ['server', 'cluster'],
    seeAlso: ['unmasq serve', 'unmasq sources'],
    run: async (context, _, given) => (await import('./commands/agent.ts')).runAgentHere(context, given),
  },
  ...KQL_COMMANDS,
  {
    name: 'cost',
    group: CONFIGURE,
    takes: '<what> [spec...]',
    offers: ['estimate', 'diff', 'breakdown'],
    summary: 'what the monitoring of a cluster costs a month, and what another setting would save',
    about: [
      'WHAT is `estimate` (each line of a month), `breakdown` (by table, namespace, area or plan) or `diff` (between two specs, or a spec and --set). SPEC is a',
      'YAML or JSON file that says what the monitoring is to be; `unmasq generate` reads the same. Rows of KubePodInventory are reckoned from nodes, pods and the',
      'interval; of other tables what the spec tells of them, or --measured finds in exports of Log Analytics. What is not known is ?, and the sum says "at least".',
      'Prices are list prices, dated, of one region; --refresh asks Azure for those of the region of the cluster.',
    ],
    examples: [
      ['unmasq cost estimate monitoring.yaml', 'What does a month cost?'],
      ['unmasq cost diff monitoring.yaml --set inventory.interval=5m', 'What does a coarser interval save?'],
      [
        'unmasq cost diff monitoring.yaml --set workspace.tables.ContainerLogV2.plan=Basic --set cluster.nodes.now=60',
        'Another plan for logs, and 60 nodes',
      ],
      ['unmasq cost breakdown monitoring.yaml --measured exports/ --by namespace', 'Who fills the workspace?'],
      ['unmasq cost estimate monitoring.yaml --refresh', "With today's prices of the region"],
      ['unmasq cost estimate monitoring.yaml -o markdown', 'For a pull request'],
    ],
    flags: [
      {
        flags: '--set <member=value>',
        says: 'the spec with something else in it: inventory.interval=5m; repeat for several',
        repeats: true,
      },
      {
        flags: '--measured <path>',
        says: 'exports of tables of Log Analytics, or of its table Usage: a file or a folder; log-analytics://ID asks the workspace itself; repeat for several',
        repeats: true,
      },
      {
        flags: '--log-analytics-endpoint <url>',
        says: 'its API in another cloud than the public one, such as https://api.loganalytics.us',
      },
      {
        flags: '--by <what>',
        offers: ['table', 'namespace', 'area', 'plan'],
        says: 'with breakdown: table (the default), namespace, area or plan',
      },
      {
        flags: '--prices <file>',
        says: 'a table of prices (default: what --refresh kept for the region, else the one that unmasq brings along)',
      },
      { flags: '--refresh', says: "ask Azure's Retail Prices API first, and keep its prices; needs no login" },
      { flags: '--prices-endpoint <url>', says: 'another place that answers as that API does' },
    ],
    honours: ['output', 'redact', 'strict'],
    alsoPrints: ['markdown'],
    seeAlso: ['unmasq snat plan', 'unmasq help output'],
    run: async (context, words, given) => (await import('./commands/cost.ts')).runCost(context, words, given),
  },
  {
    name: 'generate',
    group: CONFIGURE,
    takes: '<what> [spec]',
    offers: ['terraform', 'dcr', 'alerts', 'rbac', 'querypack', 'prometheus'],
    summary:
      'the monitoring of a cluster as files, from one small spec: Terraform, a data collection rule, alerts, roles, queries',
    about: [
      'WHAT is `terraform` (a module: workspace, Container Insights with its rule and association, VNet flow logs, NAT gateway, alerts, query pack, roles), `dcr` (the',
      'rule of data collection as JSON), `alerts`, `rbac`, `querypack` (each by itself, as Terraform) or `prometheus` (rules on the metrics of unmasq serve). SPEC is the',
      'file that `unmasq cost` reckons from; alerts, rbac, querypack and prometheus need none. The same spec gives the same bytes. A file that was edited by hand is never',
      'written over without --force. docs/guide/generate.md',
    ],
    examples: [
      ['unmasq generate terraform monitoring.yaml --out infra/monitoring', 'The module, into a folder'],
      [
        'unmasq generate terraform monitoring.yaml --out infra/monitoring --check',
        'Is it still what the spec says? Ends with 3 where not, and prints the difference',
      ],
      ['unmasq generate terraform monitoring.yaml --file collection.tf', 'One file of it, to look at'],
      ['unmasq generate dcr monitoring.yaml > rule.json', 'For az monitor data-collection rule create --rule-file'],
      [
        'unmasq generate terraform --from infra --out infra/monitoring',
        'What the configuration sets up by now, as a module',
      ],
      ['unmasq generate terraform --plan plan.json --out infra/monitoring', 'The same of a plan of it'],
      [
        'unmasq generate terraform monitoring.yaml --out infra/monitoring --check -o json',
        'The files with content, hash and state',
      ],
      ['unmasq generate alerts', 'Alerts on SNAT ports, for any cluster'],
      ['unmasq generate rbac --out infra/unmasq', 'What unmasq may read, in Azure and in the cluster'],
    ],
    flags: [
      {
        flags: '--from <path>',
        says: 'in the place of a spec the configuration that `unmasq audit` reads there; what it does not tell becomes a variable of the module',
      },
      ...CONFIGURATION_FLAGS,
      { flags: '--out <dir>', says: 'the folder to write into (default: standard output)' },
      { flags: '--file <name>', says: 'only this file of what is generated' },
      { flags: '--check', says: 'with --out: write nothing, print what differs, and end with 3 where something does' },
      { flags: '--force', says: 'with --out: write over files that were edited by hand too' },
      {
        flags: '--set <member=value>',
        says: 'the spec with something else in it: inventory.interval=5m; repeat for several',
        repeats: true,
      },
    ],
    honours: ['output', 'redact'],
    seeAlso: ['unmasq audit', 'unmasq cost', 'unmasq kql'],
    run: async (context, words, given) => (await import('./commands/generate.ts')).runGenerate(context, words, given),
  },
  {
    name: 'demo',
    group: TRY,
    takes: '',
    summary: 'the main job on a recorded incident, in seconds, without any Azure',
    about: ['Works on a store of its own, which is removed at the end.'],
    examples: [
      ['unmasq demo', 'The story, then a prompt to ask more'],
      ['unmasq demo --exit', 'The story alone'],
      ['unmasq demo --console', 'The story, and the console in a browser until it is ended'],
    ],
    flags: [
      { flags: '--exit', says: 'do not offer a prompt' },
      { flags: '--console', says: 'without a terminal too: serve the console until the process is asked to end' },
    ],
    honours: ['tz'],
    seeAlso: ['unmasq who', 'unmasq why'],
    run: async (context, _, given) => (await import('./commands/demo.ts')).runDemo(context, given),
  },
  {
    name: 'simulate',
    group: TRY,
    takes: '',
    summary: 'a cluster of any size with known truth, in the real formats',
    about: [
      'Writes flow logs, conntrack, what kubectl shows, Container Insights and, in truth.jsonl, who truly made each connection.',
      'Everything follows from the seed and the flags: the same ones give the same bytes. docs/guide/simulate.md says what is in a run.',
    ],
    examples: [
      ['unmasq simulate --out run', 'Three nodes, ninety pods, an hour, 100,000 connections: a few seconds'],
      [
        'unmasq simulate --out run --nodes 100 --flows 10000000 --no-updates',
        'A large one; conntrack as with -e NEW,DESTROY, which is a quarter of the volume',
      ],
      [
        'unmasq simulate --out run --flow-log-ahead 2000 --skew-spread 2000 --lose-conntrack 0.01 --ip-reuse high',
        'Clocks that are off, lost lines, addresses that go from pod to pod within seconds',
      ],
      ['unmasq simulate --out run --without conntrack', 'What can be said where no node recorded its translations?'],
      [
        'unmasq simulate --out run --nodes 20 --hours 24 --flows 400000 --without conntrack --traffic lively --odd',
        'A day as days are: office hours, bursts, retries, rollouts that change habits, and one pod that is up to something',
      ],
    ],
    flags: [
      { flags: '--out <dir>', says: 'the folder to write into, new or empty; required' },
      { flags: '--nodes <n>', says: 'nodes (default 3)' },
      { flags: '--pods-per-node <n>', says: 'pods that stand on a node all the time (default 30)' },
      { flags: '--hours <n>', says: 'how long, fractions too (default 1)' },
      { flags: '--flows <n>', says: 'connections to expect in all (default 100000); a flow has two records or more' },
      { flags: '--seed <n>', says: 'another seed, another run (default 1)' },
      { flags: '--start <time>', says: 'when it begins (default 2026-11-22T00:00:00Z)' },
      {
        flags: '--without <sources>',
        offers: ['flow-log', 'conntrack', 'watch', 'pod-lists', 'nodes', 'pod-inventory'],
        says: 'leave out: flow-log, conntrack, watch, pod-lists, nodes, pod-inventory',
        repeats: true,
      },
      { flags: '--flow-log-ahead <ms>', says: "what the flow log's clock is ahead of true time" },
      { flags: '--skew <node=ms>', says: "what one node's clock is ahead: node3=-1000; repeat", repeats: true },
      { flags: '--skew-spread <ms>', says: 'every clock is off by a drawn time of at most this' },
      { flags: '--lose-conntrack <share>', says: 'share of conntrack lines lost in bursts, with its warning: 0.01' },
      { flags: '--lose-records <share>', says: 'share of flow log records never written' },
      { flags: '--late <share>', says: "share of flow log records minutes late, also in the next hour's blob" },
      {
        flags: '--ip-reuse <degree>',
        offers: ['low', 'normal', 'high'],
        says: 'how soon addresses go to other pods: low, normal, high',
      },
      {
        flags: '--port-reuse <degree>',
        offers: ['low', 'normal', 'high'],
        says: 'how often one wire tuple has several connections: low, normal, high',
      },
      { flags: '--ipv6 <share>', says: 'share of outbound connections over IPv6 (default 0: an IPv4 cluster)' },
      {
        flags: '--traffic <kind>',
        offers: ['steady', 'lively'],
        says: 'steady: rates never change (default); lively: day and night, bursts, retries, addresses that move',
      },
      { flags: '--odd', says: 'one replica calls a rare destination from the middle of the run on; run.json names it' },
      {
        flags: '--traces <share>',
        says: 'instrumented workloads record that share of their traces (default 0: none are)',
      },
      { flags: '--trace-local-port <share>', says: 'share of them that record network.local.port (default 0.3)' },
      { flags: '--trace-names-only <share>', says: 'share of them that record names and no addresses (default 0)' },
      {
        flags: '--traffic-analytics',
        says: 'also what Traffic Analytics makes of the flow log, by ten minutes; alone with --without flow-log',
      },
      { flags: '--no-updates', says: 'conntrack tells of NEW and DESTROY only' },
    ],
    honours: [],
    seeAlso: ['unmasq ingest', 'unmasq evaluate'],
    run: async (context, _, given) => (await import('./commands/simulate.ts')).runSimulate(context, given),
  },
  {
    name: 'evaluate',
    group: TRY,
    takes: '',
    summary: 'compares the verdicts in the store with a known truth',
    about: [
      'The truth is a file of JSON lines: {"nodeIp","snatPort","destIp","destPort","protocol","begin","podUid"}, or "node":true for the node itself.',
      'Its order does not matter, gzip is unpacked, and other fields are left alone; "oracleTop1", a chance or true or false, says whether whoever',
      'knows the true rates would name the workload first; where it is missing "oracle", how probable they find it, stands in. A row matches the flow with the same tuple whose begin',
      'is nearest within 3 s, by the clock that the truth was written by: that of the flow log, of most nodes, of each node, or one that its rows',
      'show by themselves. Rows without a flow are counted, and the oldest are listed. A truth of millions of rows is sorted in a temporary file ($TMPDIR), smaller than itself.',
      'Exit code 3: an exact verdict is wrong. 0: none is, or none could be compared.',
    ],
    examples: [
      ['unmasq evaluate --truth truth.jsonl', 'How many exact verdicts are right? All of them must be'],
      [
        'unmasq evaluate --truth truth.jsonl -o wide',
        'Every mistake that is listed, with the evidence for it and against it',
      ],
      [
        'unmasq evaluate --truth truth.jsonl.gz -o json',
        'The same for a program: by verdict, by node and hour, calibration',
      ],
      [
        'unmasq evaluate --truth truth.jsonl --data without --compare with-conntrack',
        'What does more evidence buy? Shares by verdict before and after, and which flows moved from what to what',
      ],
    ],
    flags: [
      { flags: '--truth <file>', says: 'the truth; required' },
      { flags: '--page <file>', says: 'also as a page of HTML, with the reliability plot' },
      {
        flags: '--compare <dir>',
        says: 'another store, fed the same flows with more or less evidence: what is said, before → after',
      },
    ],
    honours: ['cluster', 'output', 'redact', 'data', 'store'],
    seeAlso: ['unmasq why', 'unmasq simulate', 'unmasq help exit-codes'],
    run: async (context, _, given) => (await import('./commands/evaluate.ts')).runEvaluate(context, given),
  },
];
