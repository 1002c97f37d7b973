import { known, type Value } from '../../hcl/value.ts';
import { itemsOf, memberOf, plainText, textAt } from '../members-of.ts';
import type { Thing } from '../thing.ts';

/** An object of Kubernetes, in a manifest or as kubectl prints it. */
export interface KubeObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly thing: Thing;
  readonly of: Value;
}

/** The objects of a document: itself, or those of a list. */
export const objectsIn = (document: Value): readonly KubeObject[] => {
  const kind = plainText(memberOf(document, 'kind'));
  if (kind === null) return [];
  if (kind.endsWith('List')) return itemsOf(memberOf(document, 'items')).flatMap(objectsIn);
  const name = plainText(memberOf(document, 'metadata', 'name')) ?? '';
  const namespace = plainText(memberOf(document, 'metadata', 'namespace')) ?? '';
  return [
    {
      kind,
      namespace,
      name,
      of: document,
      thing: {
        address: `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
        id: null,
        name: textAt(document, 'metadata', 'name'),
        at: (memberOf(document, 'kind') ?? document).from,
        end: null,
        section: null,
        certain: true,
      },
    },
  ];
};

/** An object that Terraform has as arguments: a ConfigMap by its name and its texts. */
export const configMapOf = (thing: Thing, metadata: Value, data: Value): KubeObject => ({
  kind: 'ConfigMap',
  namespace: plainText(memberOf(metadata, 'namespace')) ?? '',
  name: plainText(memberOf(metadata, 'name')) ?? '',
  thing,
  of: {
    from: thing.at,
    kind: 'object',
    items: new Map([
      ['kind', known(thing.at, 'ConfigMap')],
      ['metadata', metadata],
      ['data', data],
    ]),
  },
});
