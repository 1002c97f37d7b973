/** What an application, or what serves it, says of a call that failed. */
export const SYMPTOMS = [
  /** No connection came about in time: nobody answered. */
  'connect-timeout',
  /** Somebody answered that nobody listens there. */
  'connection-refused',
  /** A connection that stood was ended by the other side, or by what lies between. */
  'connection-reset',
  /** The network knows no way to the address. */
  'host-unreachable',
  /** No free port or address was left to connect from. */
  'address-not-available',
  /** Whoever was asked for an address could not tell now. */
  'name-lookup-failed',
  /** Nobody told the address of a name in time. */
  'name-lookup-timeout',
  /** There is no such name. */
  'name-not-found',
  /** The destination asks for fewer requests. */
  'throttled',
  /** The destination says that it cannot serve now, as whoever is asked for too much does too. */
  'unavailable',
  /** The connection stood, and the answer took too long. */
  'request-timeout',
  /** A data plane says that a policy forbids it. */
  'access-denied-by-policy',
  /** A DNS server says that it cannot answer. */
  'dns-server-trouble',
  /** A node drops packets as its table of connections is full. */
  'conntrack-full',
  /** The process is ending, as it was told to. */
  'shutting-down',
] as const;

export type Symptom = (typeof SYMPTOMS)[number];

/** What reads symptoms: `symptomIn`, or wordings of somebody's own before it. */
export type SymptomReader = (text: string) => Symptom | null;

interface Wording {
  readonly of: Symptom;
  /** In lower case, as the text is; from the beginning of a word on. */
  readonly says: RegExp;
  /** What has to be there as well, and what must not. */
  readonly also?: RegExp;
  readonly not?: RegExp;
}

/**
 * The most telling first: a lookup that timed out is a timeout too, and the line of a proxy tells at which step. Short patterns, each of
 * which is shown to take time with the length of the text.
 */
const WORDINGS: readonly Wording[] = [
  // https://docs.kernel.org/networking/nf_conntrack-sysctl.html; Cilium's: https://docs.cilium.io/en/stable/_api/v1/flow/README/#dropreason
  {
    of: 'conntrack-full',
    says: /\b(?:nf_|ip_)?conntrack: table full|ct: map insertion failed|\bct_map_insertion_failed/,
  },
  {
    of: 'access-denied-by-policy',
    says: /\bpolicy denied(?:\) flow| dropped| by denylist)|\bdropped policy denied|\bpolicy_denied\b|\bpolicy_deny\b/,
  },
  { of: 'access-denied-by-policy', says: /rbac: access denied|\brbac_access_denied/ },
  // https://coredns.io/plugins/errors/, https://coredns.io/plugins/forward/, https://coredns.io/plugins/loop/
  {
    of: 'dns-server-trouble',
    says: /plugin\/errors: 2 |plugin\/forward: no |no healthy proxies|no upstream host|concurrent queries exceeded maximum/,
  },
  { of: 'dns-server-trouble', says: /detected for zone ".{0,3}", see https:\/\/coredns/ },
  { of: 'name-lookup-timeout', says: /lookup [\w.-]+: /, also: /: i\/o timeout|: context deadline exceeded/ },
  { of: 'name-lookup-timeout', says: /lookup [\w.-]+ on /, also: /: i\/o timeout|: context deadline exceeded/ },
  {
    of: 'name-lookup-timeout',
    says: /\betimeout\b|resolving timed out|dnsnameresolvertimeoutexception|via (?:udp|tcp) timed out|resolution lifetime expired/,
  },
  { of: 'name-lookup-timeout', says: /\b(?:dns|name) (?:lookup|resolution|query|request|operation) timed out/ },
  {
    of: 'name-lookup-timeout',
    says: /timeout while contacting dns servers|could not be resolved \(110|no servers could be reached/,
  },
  {
    of: 'name-lookup-failed',
    says: /\beai_again\b|\beai_fail\b|failure in name resolution|server misbehaving|\bname_resolution_error\b/,
  },
  // A counter of them that stands at nothing is no failure.
  { of: 'name-lookup-failed', says: /\be?servfail\b(?![=:] ?0)/ },
  {
    of: 'name-lookup-failed',
    says: /socketexception \((?:00000001, )?11\)|socketexception \(0x[\da-f]{8}\): try again/,
  },
  { of: 'name-lookup-failed', says: /(?:getaddrinfo failed|getaddrinfo|address information): try again/ },
  { of: 'name-lookup-failed', says: /could not resolve host|unable to resolve host|could not be resolved \(2:/ },
  // CoreDNS logs one answer of this kind for each search domain that it tries in vain: ` qr,aa,rd` follows there.
  { of: 'name-not-found', says: /\bnxdomain\b(?! qr\b)/ },
  {
    of: 'name-not-found',
    says: /\benotfound\b|no such host|name or service not known|name does not resolve|\bunknownhostexception\b/,
  },
  {
    of: 'name-not-found',
    says: /host not found in upstream|could not be resolved \(3:|no address associated with hostname|nodename nor servname/,
  },
  // To listen at an address that the pod does not have fails in the same words.
  {
    of: 'address-not-available',
    says: /\beaddrnotavail\b|cannot assign requested address|only one usage of each socket address/,
    not: /listen |bind: |\(bind failed\)/,
  },
  { of: 'address-not-available', says: /no mapping for nat masquerade|\bno_mapping_for_nat_masquerade/ },
  { of: 'connection-refused', says: /\beconnrefused\b|connection refused|actively refused it|connect error: 111/ },
  {
    of: 'host-unreachable',
    says: /\behostunreach\b|\benetunreach\b|no route to host|network is unreachable|host is unreachable/,
  },
  { of: 'request-timeout', says: /upstream timed out/, also: /while (?:reading|sending)/ },
  { of: 'request-timeout', says: /\b(?:read|write) etimedout|\b(?:read|write): connection timed out/ },
  { of: 'request-timeout', says: /\b(?:read|write) tcp /, also: /: i\/o timeout/ },
  {
    of: 'request-timeout',
    says: /could not (?:receive|send) data (?:from|to) server|tls handshake timeout/,
    also: /time/,
  },
  { of: 'connect-timeout', says: /\bdial tcp /, also: /: i\/o timeout/ },
  {
    of: 'connect-timeout',
    says: /\betimedout\b|connect(?:ion)? timed out|connection timeout (?:to host|after \d)|connect timeout=|failed: timeout expired/,
  },
  // Python wraps what fails before the request is sent.
  { of: 'connect-timeout', says: /urlopen error (?:_ssl\.c:\d+: )?(?:the handshake operation )?timed out/ },
  {
    of: 'connect-timeout',
    says: /connect timeout error|connecttimeouterror|und_err_connect_timeout|connecttimeoutexception|net::opentimeout|execution expired/,
  },
  {
    of: 'connect-timeout',
    says: /\b(?:httpx|httpcore|exceptions)\.connecttimeout\b|within the configured connecttimeout|party did not properly respond/,
  },
  {
    of: 'connect-timeout',
    says: /reset reason: connection timeout|waiting for connection \(client\.timeout|tcp connect error: deadline has elapsed/,
  },
  { of: 'connect-timeout', says: /port \d+\) after \d+ms/ },
  {
    of: 'connect-timeout',
    says: /while dialing|client error \(connect\)/,
    also: /deadline exceeded|timed out|timeout/,
  },
  { of: 'connect-timeout', says: /failed to connect to/, also: /timeout was reached/ },
  {
    of: 'connection-reset',
    says: /\beconnreset\b|connection reset\b|\bepipe\b|broken pipe|socket hang up|forcibly closed by|other side closed/,
    not: /connection reset (?:count|interval|timeout|handler)/,
  },
  {
    of: 'connection-reset',
    says: /server disconnected|serverdisconnectederror|\bremotedisconnected\b|closed connection without response|server has gone away/,
  },
  {
    of: 'connection-reset',
    says: /und_err_socket\b|empty reply from server|connection closed before message completed|closed the connection unexpectedly/,
  },
  {
    of: 'connection-reset',
    says: /prematurely closed|ended prematurely|\bresponse_ended\b|closed idle connection|reset reason: (?:connection termination|remote reset)/,
  },
  { of: 'connection-reset', says: /unexpected eof/, not: /pars|syntax|json|yaml|decod|template/ },
  { of: 'throttled', says: /too ?many ?requests|status(?: ?code)?[=: ]{1,3}429\b|\bhttp(?:\/[\d.]{1,3})? 429\b|^429$/ },
  {
    of: 'throttled',
    says: /\bserverbusy\b|\bserver (?:is )?busy\b|\bslowdown\b|reduce your request rate|service is currently busy/,
  },
  {
    of: 'throttled',
    says: /rate limit (?:exceeded|reached)|\brate exceeded|throttlingexception|being throttled|provisionedthroughputexceeded/,
  },
  { of: 'throttled', says: /request rate is (?:too )?large|over the account limit/ },
  {
    of: 'unavailable',
    says: /\b(?:http error|http(?:\/[\d.]{1,3})?|status(?: ?code)?|returned error)[=: ]{1,3}503\b|\b503 service unavailable/,
  },
  // A message that is too large ends in the same code.
  { of: 'throttled', says: /\bresource_?exhausted\b/, not: /larger than max/ },
  {
    of: 'request-timeout',
    says: /context deadline exceeded|client\.timeout exceeded|\bdeadline_?exceeded\b|\bi\/o timeout/,
  },
  {
    of: 'request-timeout',
    says: /\bread timed out|\brequest timed out|\boperation timed out|\breadtimeout(?:error|exception)\b|net::readtimeout/,
  },
  {
    of: 'request-timeout',
    says: /\b(?:httpx|httpcore|exceptions)\.readtimeout\b|asyncio\.(?:exceptions\.)?timeouterror/,
  },
  {
    of: 'request-timeout',
    says: /esockettimedout|configured httpclient\.timeout|und_err_(?:headers|body)_timeout|\b(?:headers|body) timeout error/,
  },
  {
    of: 'request-timeout',
    says: /upstream request timeout|aborted due to timeout|execution timeout expired|timeout performing \w|timeout on reading data/,
  },
  {
    of: 'request-timeout',
    says: /sockettimeoutexception: timeout|^(?:timeout|timeouterror)$/,
  },
  { of: 'request-timeout', says: /timeout of \d+ms exceeded/ },
  { of: 'request-timeout', says: /\btimeoutexception\b/ },
  {
    of: 'shutting-down',
    says: /\b(?:received|caught|got|handling)(?: the)?(?: shutdown)?(?: signal)?:? ['"]?(?:sigterm|terminated|term\b|15\b)/,
  },
  { of: 'shutting-down', says: /\bsigterm\b["'),]? (?:signal )?received/ },
  { of: 'shutting-down', says: /(?:commencing|starting|initiating|beginning|performing) (?:a )?graceful shutdown/ },
  {
    of: 'shutting-down',
    says: /graceful shutdown (?:started|initiated|in progress|complete)|gracefully shutting down/,
  },
  { of: 'shutting-down', says: /shutting down gracefully|(?:server|system|application|process) is shutting down/ },
  { of: 'shutting-down', says: /draining (?:all |open )?connections|connection draining (?:started|in progress)/ },
];

/** A stack trace names its cause after many lines. */
export const LOOKED_AT = 16_384;

/** Most lines say nothing of any: one look tells so, and it looks at the beginnings of words only. */
const ANY = new RegExp(`\\b(?:${WORDINGS.map(({ says }) => says.source).join('|')})`);

/** Characters of how a call ended that are kept. */
const RESULT = 80;
/** As `resultWith` writes it. */
const BY_NAME = new RegExp(`(?:^|: )(${SYMPTOMS.join('|')})$`);

/** How a call ended in its source's own words, and the symptom, where those do not tell it. */
export const resultWith = (told: string, symptom: Symptom | null): string => {
  if (symptom === null || symptomIn(told) !== null) return told.slice(0, RESULT);
  return told === '' ? symptom : `${told.slice(0, RESULT - symptom.length - 2)}: ${symptom}`;
};

/** What a line of a log, or how a call ended, says of trouble; null: nothing that is known. */
export const symptomIn: SymptomReader = (text) => {
  const said = text.slice(0, LOOKED_AT).toLowerCase();
  if (!ANY.test(said)) return said.length > RESULT ? null : ((BY_NAME.exec(said)?.[1] as Symptom | undefined) ?? null);
  const found = WORDINGS.find(
    ({ says, also, not }) => says.test(said) && also?.test(said) !== false && not?.test(said) !== true,
  );
  return found?.of ?? null;
};
