import type { Instant } from '../base/instant.ts';
import type { Connection, ConnectionQuery } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { sql } from './sql.ts';

/** Connections to one address that may have been open in the interval, newest first. */
export const readConnections = async (engine: Engine, query: ConnectionQuery): Promise<readonly Connection[]> => {
  const rows = await engine.rows<{
    client: string;
    port: number;
    protocol: number;
    from_ms: number;
    seen_ms: number;
    ended: number;
  }>(sql('read/connections-to'), {
    cluster: query.cluster,
    ip: query.ip,
    from_ms: query.from,
    until_ms: query.until,
    open_ms: query.openMs,
    limit: query.limit,
  });
  return rows.map(({ client, port, protocol, from_ms, seen_ms, ended }) => ({
    srcIp: ipText(client),
    srcPort: port,
    protocol: protocolName(protocol),
    from: from_ms as Instant,
    seen: seen_ms as Instant,
    ended: ended === 1,
  }));
};
