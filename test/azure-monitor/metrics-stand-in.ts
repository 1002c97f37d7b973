import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from '../kube-api-server/certificates.ts';
import { TOKEN } from './log-analytics-stand-in.ts';

/**
 * A stand-in for the metrics API of one load balancer: `GET {resource}/providers/Microsoft.Insights/metrics`, as Microsoft's reference describes it.
 * What it does not understand it refuses; of time series it gives ten, unless `top` asks for more.
 * https://learn.microsoft.com/rest/api/monitor/metrics/list
 */
export class MetricsStandIn {
  readonly requests: string[] = [];
  /** null: no trouble. */
  befalls: () => 'throttled' | 'cut' | 'error' | 'forbidden' | null = () => null;
  private readonly server: Server;

  /** `valueOf` has the value of a metric for a backend at a minute, as it is told now. */
  constructor(
    resource: string,
    backends: readonly string[],
    valueOf: (metric: string, backend: string, at: number) => number,
    { server }: Certificates,
  ) {
    this.server = createServer({ cert: server.cert, key: server.key }, (request, response) => {
      this.requests.push(request.url ?? '');
      const say = (status: number, body: unknown, headers = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(body));
      };
      const refuse = (status: number, code: string, message: string, headers = {}): void =>
        say(status, { error: { code, message } }, headers);
      const { pathname, searchParams } = new URL(request.url ?? '', 'https://x');
      const of = (name: string): string => searchParams.get(name) ?? '';
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, 'InvalidAuthenticationToken', 'no');
      if (pathname !== `${resource}/providers/Microsoft.Insights/metrics`) return refuse(404, 'ResourceNotFound', 'no');
      const filter = /^BackendIPAddress eq '\*' and (ProtocolType|ConnectionState) eq '\*'$/.exec(of('$filter'));
      if (of('api-version') !== '2023-10-01' || of('interval') !== 'PT1M' || filter === null)
        return refuse(400, 'BadRequest', 'not understood');
      const befalls = this.befalls();
      if (befalls === 'throttled') return refuse(429, 'TooManyRequests', 'later', { 'retry-after': '2' });
      if (befalls === 'forbidden') return refuse(403, 'AuthorizationFailed', 'no authorization over scope');
      const [from = 0, until = 0] = of('timespan')
        .split('/')
        .map((text) => Date.parse(text));
      const minutes = Array.from({ length: (until - from) / 60_000 }, (_, i) => from + i * 60_000);
      const dimension = filter[1] ?? '';
      const [name] = of('aggregation').toLowerCase().split(',') as [string];
      const value = of('metricnames')
        .split(',')
        .map((metric) => ({
          id: `${resource}/providers/Microsoft.Insights/metrics/${metric}`,
          type: 'Microsoft.Insights/metrics',
          name: { value: metric, localizedValue: metric },
          unit: 'Count',
          timeseries: backends.slice(0, Number(of('top') || 10)).map((backend) => ({
            metadatavalues: [
              { name: { value: 'backendipaddress', localizedValue: 'backendipaddress' }, value: backend },
              { name: { value: dimension.toLowerCase(), localizedValue: '' }, value: 'x' },
            ],
            data: minutes.map((at) => ({
              timeStamp: new Date(at).toISOString(),
              [name]: valueOf(metric, backend, at),
            })),
          })),
          errorCode: befalls === 'error' ? 'InternalServerError' : 'Success',
        }));
      const body = { cost: 0, timespan: of('timespan'), interval: 'PT1M', value, namespace: 'x', resourceregion: 'x' };
      if (befalls !== 'cut') return say(200, body);
      response.write(JSON.stringify(body).slice(0, 100));
      setImmediate(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
