import type { Lack } from './hypothesis.ts';

export const APPLICATIONS: Lack = {
  what: 'what the applications say: lines of their logs, or spans of their calls',
  how: 'ContainerLogV2, Application Insights or OTLP: unmasq ingest, or the sources of unmasq serve (docs/guide/serve.md)',
};
