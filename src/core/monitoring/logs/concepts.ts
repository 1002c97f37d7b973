/** A name without case and signs: `trace_id`, `traceId` and `trace.id` are one. */
export const bareName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Things that lines of logs tell, with the names that they go by. Names of one row are one thing; which of them is used is a matter of taste, and of agreement. */
export const CONCEPTS = {
  time: ['time', 'ts', 'timestamp', 'asctime', 'datetime', 'eventtime', 't'],
  level: ['level', 'severity', 'severitytext', 'lvl', 'loglevel', 'levelname', 'l'],
  message: ['message', 'msg', 'm', 'body'],
  'trace id': ['traceid', 'oteltraceid', 'xb3traceid', 'ddtraceid'],
  'span id': ['spanid', 'otelspanid', 'xb3spanid', 'ddspanid'],
  'correlation id': ['correlationid', 'xcorrelationid', 'correlation'],
  'request id': ['requestid', 'xrequestid', 'reqid'],
  service: ['service', 'servicename', 'app', 'application', 'appname'],
  error: ['error', 'err', 'exception'],
  duration: ['duration', 'durationms', 'elapsed', 'elapsedms', 'latency', 'latencyms', 'responsetime', 'took'],
  status: ['status', 'statuscode', 'httpstatus', 'httpstatuscode', 'responsestatus', 'httpresponsestatuscode'],
  method: ['method', 'httpmethod', 'requestmethod', 'httprequestmethod'],
  url: ['url', 'uri', 'httpurl', 'urlfull', 'requesturl', 'requesturi'],
  path: ['path', 'httppath', 'requestpath', 'httptarget', 'urlpath'],
} as const satisfies Record<string, readonly string[]>;

export type Concept = keyof typeof CONCEPTS;

const BY_NAME: ReadonlyMap<string, Concept> = new Map(
  Object.entries(CONCEPTS).flatMap(([concept, names]) => names.map((name) => [name, concept as Concept] as const)),
);

/** What a field tells; null: something of the application's own. */
export const conceptOf = (path: string): Concept | null => BY_NAME.get(bareName(path)) ?? null;

/** What ContainerLogV2 has of each line already, by the names that fields for it go by. https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2 */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  PodName: ['pod', 'podname', 'k8spodname', 'kubernetespodname', 'kubernetespod'],
  PodNamespace: [
    'namespace',
    'podnamespace',
    'k8snamespace',
    'k8snamespacename',
    'kubernetesnamespace',
    'kubernetesnamespacename',
  ],
  Computer: ['node', 'nodename', 'k8snodename', 'kubernetesnodename', 'kuberneteshost', 'hostname', 'host', 'hostip'],
  ContainerName: ['container', 'containername', 'k8scontainername', 'kubernetescontainername'],
  ContainerId: ['containerid', 'kubernetescontainerid', 'dockerid', 'kubernetesdockerid'],
  LogSource: ['stream', 'logsource'],
  'KubernetesMetadata.podUid': ['poduid', 'podid', 'k8spoduid', 'kubernetespodid', 'kubernetespoduid'],
  'KubernetesMetadata.image': ['image', 'containerimage', 'containerimagename', 'kubernetescontainerimage'],
  _ResourceId: ['cluster', 'clustername', 'k8sclustername', 'kubernetesclustername'],
};

const COLUMN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(COLUMNS).flatMap(([column, names]) => names.map((name) => [name, column] as const)),
);

/** The column of ContainerLogV2 that has the same; null: it has nothing of it. */
export const columnWith = (path: string): string | null =>
  /^(?:kubernetes|k8s\.pod)\.(?:labels|annotations)\./.test(path)
    ? 'KubernetesMetadata.podLabels'
    : (COLUMN_OF.get(bareName(path)) ?? null);

/** One word for a level, however it is spelled. Numbers are those of pino and bunyan. null: it is none. */
const LEVELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    trace: ['trace', 'trc', 'verbose', 'verb', 'finest', '10'],
    debug: ['debug', 'dbg', 'fine', '20'],
    info: ['info', 'inf', 'information', 'informational', 'notice', '30'],
    warn: ['warn', 'warning', 'wrn', '40'],
    error: ['error', 'err', 'eror', 'severe', '50'],
    fatal: ['fatal', 'ftl', 'critical', 'crit', 'panic', 'alert', 'emergency', 'emerg', '60'],
  }).flatMap(([level, words]) => words.map((word) => [word, level] as const)),
);

export const levelOf = (text: string): string | null => LEVELS.get(text.toLowerCase()) ?? null;
