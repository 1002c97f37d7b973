import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resultWith, type Symptom, SYMPTOMS, symptomIn } from './symptom.ts';

/** One wording a row, by who writes it. */
const SAID: Readonly<Record<string, readonly (readonly [Symptom, string])[]>> = {
  // https://nodejs.org/api/errors.html#common-system-errors, https://github.com/nodejs/undici/blob/main/docs/docs/api/Errors.md
  Node: [
    ['connect-timeout', 'Error: connect ETIMEDOUT 203.0.113.66:443'],
    [
      'connect-timeout',
      'ConnectTimeoutError: Connect Timeout Error (attempted address: api.example.com:443, timeout: 10000ms)',
    ],
    ['connect-timeout', "[cause]: { code: 'UND_ERR_CONNECT_TIMEOUT' }"],
    ['connection-refused', 'Error: connect ECONNREFUSED 10.0.14.3:6379'],
    ['connection-reset', 'Error: read ECONNRESET'],
    ['connection-reset', 'Error: write EPIPE'],
    ['connection-reset', 'Error: socket hang up'],
    ['connection-reset', 'SocketError: other side closed'],
    ['host-unreachable', 'Error: connect EHOSTUNREACH 10.1.0.4:5432'],
    ['host-unreachable', 'Error: connect ENETUNREACH 2001:db8::5:443 - Local (:::0)'],
    ['address-not-available', 'Error: connect EADDRNOTAVAIL 203.0.113.66:443 - Local (10.244.1.7:0)'],
    ['name-lookup-failed', 'Error: getaddrinfo EAI_AGAIN orders.shop.svc.cluster.local'],
    ['name-lookup-failed', 'Error: queryA ESERVFAIL api.example.com'],
    ['name-lookup-timeout', 'Error: queryA ETIMEOUT api.example.com'],
    ['name-not-found', 'Error: getaddrinfo ENOTFOUND api.exmaple.com'],
    ['request-timeout', 'Error: read ETIMEDOUT'],
    ['request-timeout', 'Error: ESOCKETTIMEDOUT'],
    ['request-timeout', 'HeadersTimeoutError: Headers Timeout Error'],
    ['request-timeout', 'TimeoutError: The operation was aborted due to timeout'],
    ['request-timeout', 'AxiosError: timeout of 5000ms exceeded'],
    ['throttled', 'AxiosError: Request failed with status code 429'],
    ['unavailable', 'AxiosError: Request failed with status code 503'],
    ['connect-timeout', 'urllib.error.URLError: <urlopen error timed out>'],
    ['unavailable', 'urllib.error.HTTPError: HTTP Error 503: Service Unavailable'],
    ['unavailable', 'curl: (22) The requested URL returned error: 503'],
    ['unavailable', 'upstream answered 503 Service Unavailable'],
  ],
  // https://pkg.go.dev/net#OpError, https://pkg.go.dev/net/http#Client
  Go: [
    ['connect-timeout', 'dial tcp 203.0.113.66:443: i/o timeout'],
    ['connect-timeout', 'Get "https://api.example.com/": dial tcp 203.0.113.66:443: connect: connection timed out'],
    ['connect-timeout', 'dial tcp 10.244.1.7:41822->203.0.113.66:443: i/o timeout'],
    [
      'connect-timeout',
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    ['connection-refused', 'dial tcp 10.0.14.3:6379: connect: connection refused'],
    ['connection-reset', 'read tcp 10.244.1.7:41822->203.0.113.66:443: read: connection reset by peer'],
    ['connection-reset', 'write tcp 10.244.1.7:41822->203.0.113.66:443: write: broken pipe'],
    ['connection-reset', 'Post "https://api.example.com/v1/pay": unexpected EOF'],
    ['connection-reset', 'http: server closed idle connection'],
    ['host-unreachable', 'dial tcp 10.1.0.4:5432: connect: no route to host'],
    ['host-unreachable', 'dial tcp 198.51.100.9:443: connect: network is unreachable'],
    ['address-not-available', 'dial tcp 203.0.113.66:443: connect: cannot assign requested address'],
    ['name-lookup-failed', 'dial tcp: lookup api.example.com on 10.0.0.10:53: server misbehaving'],
    ['name-lookup-timeout', 'dial tcp: lookup api.example.com: i/o timeout'],
    [
      'name-lookup-timeout',
      'dial tcp: lookup api.example.com on 10.0.0.10:53: read udp 10.244.1.7:41822->10.0.0.10:53: i/o timeout',
    ],
    ['name-not-found', 'dial tcp: lookup api.exmaple.com on 10.0.0.10:53: no such host'],
    ['request-timeout', 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'],
    ['request-timeout', 'read tcp 10.244.1.7:41822->203.0.113.66:443: i/o timeout'],
    ['request-timeout', 'read tcp 10.244.1.7:41822->203.0.113.66:443: read: connection timed out'],
    ['request-timeout', 'net/http: TLS handshake timeout'],
    ['shutting-down', 'received signal: terminated'],
  ],
  // https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/net/package-summary.html, https://netty.io/4.1/api/
  Java: [
    ['connect-timeout', 'java.net.SocketTimeoutException: connect timed out'],
    ['connect-timeout', 'java.net.http.HttpConnectTimeoutException: HTTP connect timed out'],
    [
      'connect-timeout',
      'io.netty.channel.ConnectTimeoutException: connection timed out: api.example.com/203.0.113.66:443',
    ],
    ['connect-timeout', 'java.net.ConnectException: Connection timed out (Connection timed out)'],
    [
      'connect-timeout',
      'failed to connect to api.example.com/203.0.113.66 (port 443) from /10.244.1.7 (port 41822) after 10000ms',
    ],
    ['connection-refused', 'java.net.ConnectException: Connection refused (Connection refused)'],
    ['connection-reset', 'java.net.SocketException: Connection reset'],
    ['connection-reset', 'PrematureCloseException: Connection prematurely closed BEFORE response'],
    ['host-unreachable', 'java.net.NoRouteToHostException: No route to host (Host unreachable)'],
    [
      'address-not-available',
      'java.net.NoRouteToHostException: Cannot assign requested address (Address not available)',
    ],
    ['name-lookup-failed', 'java.net.UnknownHostException: db: Temporary failure in name resolution'],
    [
      'name-lookup-timeout',
      "DnsNameResolverTimeoutException: [1f: /10.0.0.10:53] DefaultDnsQuestion(api.example.com. IN A) query '1f' via UDP timed out after 5000 milliseconds",
    ],
    ['name-not-found', 'java.net.UnknownHostException: api.exmaple.com'],
    ['request-timeout', 'java.net.SocketTimeoutException: Read timed out'],
    ['request-timeout', 'java.net.SocketTimeoutException: timeout'],
    ['request-timeout', 'java.net.http.HttpTimeoutException: request timed out'],
    ['request-timeout', 'io.netty.handler.timeout.ReadTimeoutException: null'],
    [
      'shutting-down',
      'o.s.b.w.e.tomcat.GracefulShutdown: Commencing graceful shutdown. Waiting for active requests to complete',
    ],
  ],
  // https://learn.microsoft.com/dotnet/api/system.net.sockets.socketerror, https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics-system-net
  '.NET': [
    ['connect-timeout', 'System.Net.Sockets.SocketException (110): Connection timed out'],
    [
      'connect-timeout',
      'A connection attempt failed because the connected party did not properly respond after a period of time',
    ],
    ['connect-timeout', 'A connection could not be established within the configured ConnectTimeout.'],
    [
      'connection-refused',
      'No connection could be made because the target machine actively refused it. (10.0.14.3:6379)',
    ],
    [
      'connection-reset',
      'Unable to read data from the transport connection: An existing connection was forcibly closed by the remote host.',
    ],
    ['connection-reset', 'System.Net.Http.HttpIOException: The response ended prematurely. (ResponseEnded)'],
    [
      'address-not-available',
      'Only one usage of each socket address (protocol/network address/port) is normally permitted. (api.example.com:443)',
    ],
    ['address-not-available', 'System.Net.Sockets.SocketException (99): Cannot assign requested address'],
    ['name-lookup-failed', 'System.Net.Sockets.SocketException (11): Resource temporarily unavailable'],
    ['name-lookup-failed', 'System.Net.Sockets.SocketException (00000001, 11): Resource temporarily unavailable'],
    ['name-lookup-failed', 'System.Net.Sockets.SocketException (0xFFFDFFFE): Try again'],
    ['name-lookup-failed', 'name_resolution_error'],
    ['name-not-found', 'System.Net.Sockets.SocketException (0xFFFDFFFF): Name does not resolve'],
    ['name-not-found', 'No such host is known. (api.exmaple.com:443)'],
    [
      'request-timeout',
      'TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.',
    ],
    ['request-timeout', 'Microsoft.Data.SqlClient.SqlException: Execution Timeout Expired.'],
    [
      'request-timeout',
      'StackExchange.Redis.RedisTimeoutException: Timeout performing GET (5000ms), next: HGET, inst: 0',
    ],
    ['request-timeout', 'System.TimeoutException'],
    ['shutting-down', 'info: Microsoft.Hosting.Lifetime[0] Application is shutting down...'],
  ],
  // https://urllib3.readthedocs.io/en/stable/reference/urllib3.exceptions.html, https://docs.aiohttp.org/en/stable/client_reference.html#client-exceptions, https://www.python-httpx.org/exceptions/
  Python: [
    [
      'connect-timeout',
      "ConnectTimeoutError(<HTTPSConnection object>, 'Connection to api.example.com timed out. (connect timeout=10)')",
    ],
    ['connect-timeout', 'Failed to establish a new connection: [Errno 110] Connection timed out'],
    [
      'connect-timeout',
      'aiohttp.client_exceptions.ConnectionTimeoutError: Connection timeout to host https://api.example.com/',
    ],
    ['connect-timeout', 'requests.exceptions.ConnectTimeout'],
    ['connect-timeout', 'connection to server at "db" (10.1.0.4), port 5432 failed: timeout expired'],
    ['connection-refused', 'Failed to establish a new connection: [Errno 111] Connection refused'],
    [
      'connection-reset',
      "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
    ],
    ['connection-reset', 'aiohttp.client_exceptions.ServerDisconnectedError: Server disconnected'],
    ['connection-reset', 'psycopg2.OperationalError: server closed the connection unexpectedly'],
    ['host-unreachable', 'OSError: [Errno 113] No route to host'],
    ['address-not-available', 'OSError: [Errno 99] Cannot assign requested address'],
    ['name-lookup-failed', 'Failed to establish a new connection: [Errno -3] Temporary failure in name resolution'],
    ['name-lookup-timeout', 'dns.resolver.LifetimeTimeout: The resolution lifetime expired after 5.403 seconds'],
    ['name-not-found', 'socket.gaierror: [Errno -2] Name or service not known'],
    ['name-not-found', 'socket.gaierror: [Errno -5] No address associated with hostname'],
    ['request-timeout', "HTTPSConnectionPool(host='api.example.com', port=443): Read timed out. (read timeout=10)"],
    ['request-timeout', 'aiohttp.client_exceptions.SocketTimeoutError: Timeout on reading data from socket'],
    ['request-timeout', 'httpx.ReadTimeout'],
    ['request-timeout', 'asyncio.exceptions.TimeoutError'],
    ['shutting-down', '[2026-05-04 09:12:31 +0000] [1] [INFO] Handling signal: term'],
  ],
  // https://docs.ruby-lang.org/en/master/Net/HTTP.html, https://docs.rs/reqwest/latest/reqwest/struct.Error.html, https://www.php.net/manual/function.stream-socket-client.php
  'Ruby, Rust, PHP': [
    ['connect-timeout', 'Net::OpenTimeout: Failed to open TCP connection to api.example.com:443 (execution expired)'],
    ['request-timeout', 'Net::ReadTimeout with #<TCPSocket:(closed)>'],
    ['connection-refused', 'Errno::ECONNREFUSED: Failed to open TCP connection to 10.0.14.3:6379'],
    ['connect-timeout', 'client error (Connect): tcp connect error: Connection timed out (os error 110)'],
    ['connect-timeout', 'error trying to connect: tcp connect error: deadline has elapsed'],
    ['connection-reset', 'hyper::Error(IncompleteMessage): connection closed before message completed'],
    ['name-lookup-failed', 'dns error: failed to lookup address information: Temporary failure in name resolution'],
    ['name-lookup-failed', 'dns error: failed to lookup address information: Try again'],
    ['request-timeout', 'error sending request for url (https://api.example.com/): operation timed out'],
    ['connect-timeout', 'SQLSTATE[HY000] [2002] Connection timed out'],
    ['connection-reset', 'SQLSTATE[HY000]: General error: 2006 MySQL server has gone away'],
    ['name-lookup-failed', 'php_network_getaddresses: getaddrinfo failed: Temporary failure in name resolution'],
  ],
  // https://curl.se/libcurl/c/libcurl-errors.html
  curl: [
    ['connect-timeout', 'curl: (28) Connection timed out after 5001 milliseconds'],
    ['connect-timeout', 'curl: (28) Failed to connect to api.example.com port 443 after 129 ms: Timeout was reached'],
    ['connect-timeout', 'curl: (28) Connection timeout after 5001 ms'],
    ['request-timeout', 'curl: (28) Operation timed out after 30001 milliseconds with 0 bytes received'],
    ['connection-reset', 'curl: (52) Empty reply from server'],
    ['connection-reset', 'curl: (56) Recv failure: Connection reset by peer'],
    ['name-lookup-failed', 'curl: (6) Could not resolve host: api.example.com'],
    ['name-lookup-timeout', 'curl: (28) Resolving timed out after 5000 milliseconds'],
    ['name-lookup-timeout', ';; connection timed out; no servers could be reached'],
  ],
  // https://nginx.org/en/docs/http/ngx_http_proxy_module.html, https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags
  proxies: [
    [
      'connect-timeout',
      'upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.244.2.9',
    ],
    ['request-timeout', 'upstream timed out (110: Connection timed out) while reading response header from upstream'],
    ['connection-refused', 'connect() failed (111: Connection refused) while connecting to upstream'],
    ['connection-reset', 'upstream prematurely closed connection while reading response header from upstream'],
    ['name-not-found', '[emerg] host not found in upstream "orders" in /etc/nginx/conf.d/default.conf:4'],
    ['name-not-found', 'api.exmaple.com could not be resolved (3: Host not found)'],
    ['name-lookup-failed', 'api.example.com could not be resolved (2: Server failure)'],
    ['name-lookup-timeout', 'api.example.com could not be resolved (110: Operation timed out)'],
    ['connect-timeout', 'upstream connect error or disconnect/reset before headers. reset reason: connection timeout'],
    [
      'connection-reset',
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    ],
    [
      'connection-refused',
      'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111',
    ],
    ['request-timeout', 'upstream request timeout'],
    ['access-denied-by-policy', 'RBAC: access denied'],
    ['access-denied-by-policy', '"403 - rbac_access_denied_matched_policy[none]"'],
  ],
  // https://grpc.io/docs/guides/status-codes/
  gRPC: [
    [
      'connect-timeout',
      'code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.14.3:443: i/o timeout"',
    ],
    ['connect-timeout', 'context deadline exceeded: connection error: desc = "transport: error while dialing"'],
    ['request-timeout', 'rpc error: code = DeadlineExceeded desc = stream terminated'],
    ['request-timeout', '4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s'],
    ['throttled', 'io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: quota of the project'],
    ['throttled', 'rpc error: code = ResourceExhausted desc = slow down'],
  ],
  // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes, https://learn.microsoft.com/azure/cosmos-db/nosql/troubleshoot-request-rate-too-large
  'services of Azure and others': [
    ['throttled', 'Status: 503 (Server Busy) ErrorCode: ServerBusy'],
    ['throttled', 'The server is busy.'],
    ['throttled', 'Operations per second is over the account limit.'],
    [
      'throttled',
      'Message: {"Errors":["Request rate is large. More Request Units may be needed, so no changes were made."]}',
    ],
    ['throttled', 'Response status code does not indicate success: TooManyRequests (429); Substatus: 3200'],
    ['throttled', 'HTTP/1.1 429 Too Many Requests'],
    ['throttled', 'HTTP 429'],
    ['throttled', '429'],
    ['throttled', 'An error occurred (SlowDown) when calling PutObject: Please reduce your request rate.'],
    ['throttled', 'The request was terminated because the namespace is being throttled. Error code : 50002'],
    ['throttled', 'SqlException: The service is currently busy. Retry the request after 10 seconds.'],
    ['throttled', 'openai.RateLimitError: Rate limit reached for requests'],
    ['shutting-down', 'FATAL: the database system is shutting down'],
  ],
  // https://docs.cilium.io/en/stable/_api/v1/flow/README/#dropreason
  'nodes and data planes': [
    ['conntrack-full', '[81231.512] nf_conntrack: nf_conntrack: table full, dropping packet'],
    ['conntrack-full', 'xx drop (CT: Map insertion failed) flow 0x0 to endpoint 0'],
    [
      'access-denied-by-policy',
      'xx drop (Policy denied) flow 0xd1fa3c1 to endpoint 0, ifindex 13, identity 4231->world',
    ],
    ['access-denied-by-policy', 'DROPPED POLICY_DENIED'],
    ['address-not-available', 'xx drop (No mapping for NAT masquerade) flow 0x4f12 to endpoint 0'],
    [
      'dns-server-trouble',
      '[ERROR] plugin/errors: 2 api.example.com. A: read udp 10.244.0.5:41822->168.63.129.16:53: i/o timeout',
    ],
    ['dns-server-trouble', '[ERROR] plugin/errors: 2 api.example.com. AAAA: concurrent queries exceeded maximum 1000'],
    [
      'dns-server-trouble',
      '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :1053) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting',
    ],
    ['shutting-down', '2026/05/04 09:12:31 [notice] 1#1: signal 15 (SIGTERM) received from 1, exiting'],
    ['shutting-down', 'Received SIGTERM, closing the server'],
    ['shutting-down', 'SIGTERM signal received: closing HTTP server'],
  ],
};

test.each(Object.entries(SAID).flatMap(([who, rows]) => rows.map(([of, text]) => [who, of, text] as const)))(
  '%s: %s: %s',
  (_, of, text) => {
    expect(symptomIn(text)).toBe(of);
    // What is told beside it changes nothing; a bare code is one only where it stands alone.
    if (text !== '429') expect(symptomIn(`2026-05-04T09:12:31Z ERROR [orders] call failed: ${text}\n`)).toBe(of);
  },
);

test.each([
  'timeout=30s configured',
  'connect timeout: 5000, read timeout: 30000',
  '{"connectTimeout":"10s","readTimeout":"30s","idleTimeout":"4m"}',
  'ReadTimeout: 30s',
  'retry after reset of counter',
  'connection reset count: 0',
  'GET /errors/503-page 200',
  '10.244.1.7 - - [04/May/2026:09:12:31 +0000] "GET /v1 HTTP/1.1" 429 162 "-" "curl/8.5.0"',
  'processed 429 messages in 12 ms',
  'listening on :4290',
  'Waited for 1.04s due to client-side throttling, not priority and fairness',
  'grpc: code = ResourceExhausted desc = grpc: received message larger than max (5000000 vs. 4194304)',
  'json: unexpected EOF while parsing the request body',
  'listen tcp 10.1.0.4:8080: bind: cannot assign requested address',
  'Error: listen EADDRNOTAVAIL: address not available 10.1.0.4:8080',
  'listen tcp :8080: bind: address already in use',
  '[INFO] 10.244.1.7:41822 - 5123 "A IN api.example.com.shop.svc.cluster.local. udp 61 false 512" NXDOMAIN qr,aa,rd 154 0.0001s',
  '[INFO] plugin/reload: Running configuration SHA512 = 1f0c',
  'dns timeout set to 5',
  'lookup of user 4711 took 3 ms',
  'cache lookup timeout is 200ms',
  'SERVFAIL: 0 NXDOMAIN_RATE: 0',
  'registering a handler for SIGTERM',
  'graceful shutdown timeout: 30s',
  'terminationGracePeriodSeconds: 30',
  'server is not shutting down yet',
  'circuit breaker closed',
  'policy denied list loaded: 12 entries',
  'user denied access to camera',
  'rate limit: 100 requests per second',
  'the pipe is broken in building 7',
  'host api.example.com resolved to 203.0.113.66',
  'order refused: no stock',
  'please try again',
  'nf_conntrack_max = 262144',
  'deadline for the tender exceeded expectations',
  'session timed out for user 4711',
  'health check passed, connection established after 12ms',
  'java.net.SocketTimeoutException',
  'java.net.ConnectException',
  '503',
  'ok',
  '',
])('nothing failed: %s', (text) => {
  expect(symptomIn(text)).toBeNull();
});

test.each(SYMPTOMS)('%s as a result is itself', (symptom) => {
  expect(symptomIn(symptom)).toBe(symptom);
});

test.each<[string, Symptom | null, string]>([
  ['', 'connect-timeout', 'connect-timeout'],
  ['503', null, '503'],
  ['java.net.ConnectException', 'connection-refused', 'java.net.ConnectException: connection-refused'],
  ['java.net.UnknownHostException', 'name-lookup-failed', 'java.net.UnknownHostException'],
  ['x'.repeat(90), null, 'x'.repeat(80)],
  ['x'.repeat(90), 'throttled', `${'x'.repeat(69)}: throttled`],
])('the result of "%s" that shows %s', (told, symptom, expected) => {
  expect(resultWith(told, symptom)).toBe(expected);
});

test('law: a symptom is read back from a result, whatever else that tells', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), fc.constantFrom(...SYMPTOMS), (told, symptom) => {
      expect(symptomIn(resultWith(told, symptom))).toBe(symptomIn(told) ?? symptom);
    }),
  );
});

test('every symptom has a wording', () => {
  const told = new Set(Object.values(SAID).flatMap((rows) => rows.map(([of]) => of)));
  expect([...told].sort()).toEqual([...SYMPTOMS].sort());
});

test('the cause of a long stack trace is found, up to a limit', () => {
  const trace = '\tat com.example.Orders.pay(Orders.java:42)\n';
  expect(symptomIn(`${trace.repeat(200)}Caused by: java.net.SocketException: Connection reset`)).toBe(
    'connection-reset',
  );
  expect(symptomIn(`${trace.repeat(2000)}Caused by: java.net.SocketException: Connection reset`)).toBeNull();
});
