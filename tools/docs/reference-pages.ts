import { metricsPage } from '../../src/core/metrics.ts';
import { apiPage } from './api-page.ts';
import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { localTablesPage } from './local-tables-page.ts';

/** Pages of docs/reference that are made of the sources; findings and KQL's codes have tests of their own. */
export const REFERENCE_PAGES: Readonly<Record<string, () => string>> = {
  'api.md': apiPage,
  'cli.md': cliPage,
  'configuration.md': configurationPage,
  'errors.md': errorsPage,
  'local-tables.md': localTablesPage,
  'metrics.md': metricsPage,
};
