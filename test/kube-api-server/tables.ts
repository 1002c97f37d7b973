import type { ApiObject } from './history.ts';

/** What a kubectl that asks for tables is shown: a few of the columns of the real server. */
export const tableOf = (objects: readonly ApiObject[], resourceVersion: string, next: string): object => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion, ...(next === '' ? {} : { continue: next }) },
  columnDefinitions: COLUMNS.map((name) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
    description: name,
    priority: 0,
  })),
  rows: objects.map((object) => ({
    cells: [object.metadata.name, object.status?.phase ?? 'Ready'],
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  })),
});

const COLUMNS = ['Name', 'Status'];
