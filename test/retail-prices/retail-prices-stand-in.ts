import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stand-in for the Azure Retail Prices API: it is not Azure. It speaks the wire format of Microsoft's page, answers filters of the kind that is asked,
 * and pages as the API does, by a link. https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */

/** What befalls a request in place of its answer. */
export type Befalls =
  | 'unavailable'
  | 'throttled'
  | 'redirected'
  | 'elsewhere'
  | 'endless'
  | 'huge'
  | 'garbled'
  | 'cut'
  | 'no-items';

export interface ListedItem {
  readonly serviceName: string;
  readonly productName: string;
  readonly meterName: string;
  readonly unitOfMeasure: string;
  readonly armRegionName: string;
  readonly retailPrice: number;
  readonly tierMinimumUnits?: number;
  readonly effectiveStartDate?: string;
  readonly currencyCode?: string;
  readonly type?: string;
}

/** As Azure prints an item: much more than anybody needs. */
const printed = (item: ListedItem): object => ({
  currencyCode: 'USD',
  tierMinimumUnits: 0,
  unitPrice: item.retailPrice,
  location: '',
  effectiveStartDate: '2023-02-01T00:00:00Z',
  meterId: '00000000-0000-0000-0000-000000000000',
  productId: 'DZH318Z0BXQ5',
  skuId: 'DZH318Z0BXQ5/001X',
  skuName: 'Standard',
  serviceId: 'DZH31B9TJN5W',
  serviceFamily: 'Management and Governance',
  type: 'Consumption',
  isPrimaryMeterRegion: true,
  armSkuName: '',
  ...item,
});

export class RetailPricesStandIn {
  readonly items: ListedItem[] = [];
  readonly asked: string[] = [];
  pageSize = 100;
  befalls: (filter: string, page: number) => Befalls | null = () => null;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `${this.origin}/api/retail/prices`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.origin);
    const filter = url.searchParams.get('$filter') ?? '';
    const skip = Number(url.searchParams.get('$skip') ?? 0);
    this.asked.push(filter);
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(body));
    };
    const found = this.found(filter);
    if (found === null || url.pathname !== '/api/retail/prices')
      return json(400, { Error: { Code: 'InvalidParameter', Message: 'Invalid OData parameters supplied' } });
    const page = found.slice(skip, skip + this.pageSize);
    const more = skip + this.pageSize < found.length;
    const link = (origin: string, from: number): string =>
      `${origin}/api/retail/prices?currencyCode='USD'&$filter=${encodeURIComponent(filter)}&$skip=${from}`;
    const body = (next: string | null): object => ({
      BillingCurrency: 'USD',
      CustomerEntityId: 'Default',
      CustomerEntityType: 'Retail',
      Items: page.map(printed),
      NextPageLink: next,
      Count: page.length,
    });
    switch (this.befalls(filter, skip / this.pageSize)) {
      case 'unavailable':
        return json(503, { Error: { Code: 'ServiceUnavailable' } });
      case 'throttled':
        return json(429, { Error: { Code: 'TooManyRequests' } });
      case 'redirected':
        response.writeHead(302, { location: 'http://192.0.2.1/' });
        response.end();
        return;
      case 'elsewhere':
        return json(200, body(link('http://192.0.2.1', skip + this.pageSize)));
      case 'endless':
        return json(200, body(link(this.origin, skip + 1)));
      case 'huge':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"Items":[');
        // Until whoever reads it has enough.
        return this.pour(response);
      case 'garbled':
        response.writeHead(200);
        response.end('<html>');
        return;
      case 'no-items':
        return json(200, { BillingCurrency: 'USD' });
      case 'cut':
        response.writeHead(200, { 'content-length': '100000' });
        response.write('{"Items":[');
        setImmediate(() => response.destroy());
        return;
      case null:
        return json(200, body(more ? link(this.origin, skip + this.pageSize) : null));
    }
  }

  private pour(response: ServerResponse): void {
    while (!response.destroyed && response.write('"'.padEnd(65_536, 'x'))) {
      // The socket takes more.
    }
    if (!response.destroyed) response.once('drain', () => this.pour(response));
  }

  /** What fits `serviceName eq 'A' and priceType eq 'Consumption' and (meterName eq 'B' or …)`; null: a filter of another kind. */
  private found(filter: string): readonly ListedItem[] | null {
    const parts =
      /^serviceName eq '([^']+)' and priceType eq 'Consumption' and \((meterName eq '[^']+'(?: or meterName eq '[^']+')*)\)$/.exec(
        filter,
      );
    if (parts === null) return null;
    const names = new Set([...(parts[2] ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name));
    return this.items.filter(({ serviceName, meterName }) => serviceName === parts[1] && names.has(meterName));
  }
}
