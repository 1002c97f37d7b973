/** Who is outside. Names and addresses exist only inside the run's own namespaces. */

export interface Destination {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

export const DESTINATIONS: readonly Destination[] = [
  { host: 'api.payments.example.com', address: '203.0.113.10', port: 443 },
  { host: 'search.example.net', address: '203.0.113.25', port: 9200 },
  { host: 'rates.bank.example.org', address: '203.0.113.31', port: 8443 },
  { host: 'mail.example.com', address: '203.0.113.44', port: 443 },
  { host: 'events.telemetry.example.net', address: '203.0.113.80', port: 443 },
  { host: 'maps.example.org', address: '203.0.113.91', port: 443 },
  { host: 'shopdata.blob.core.windows.net', address: '198.51.100.20', port: 443 },
  { host: 'shopqueue.queue.core.windows.net', address: '198.51.100.21', port: 443 },
  { host: 'orders.database.windows.net', address: '198.51.100.30', port: 1433 },
  { host: 'sessions.redis.cache.windows.net', address: '198.51.100.31', port: 6380 },
  { host: 'login.microsoftonline.com', address: '198.51.100.40', port: 443 },
  { host: 'vault.vault.azure.net', address: '198.51.100.50', port: 443 },
];

/** The name server that CoreDNS asks. */
export const RESOLVER = '203.0.113.53';
/** The address that the world sees the cluster come from. */
export const EGRESS_IP = '192.0.2.71';
/** A name that nobody has, and a port at which nobody listens: a little of that is everywhere. */
export const NO_SUCH_HOST = 'feature-flags.example.com';
export const CLOSED_PORT = 8_999;
