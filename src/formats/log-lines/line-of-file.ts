/** Where a file of a node's logs says whose lines it has. https://kubernetes.io/docs/concepts/cluster-administration/logging/ */
const PODS = /([a-z0-9.-]+)_([a-z0-9.-]+)_[0-9a-f-]{20,}\/([a-z0-9.-]+)\/\d+\.log/;
const CONTAINERS = /([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9.-]+)-[0-9a-f]{64}\.log/;

/** `shop/checkout` of `checkout-7d9f8b6c5-x2x9z` in `shop`. */
export const serviceOf = (namespace: string, pod: string): string =>
  `${namespace === '' ? '' : `${namespace}/`}${pod.replace(POD_SUFFIX, '')}`;

/** What Kubernetes puts behind the name of a workload: a hash and five letters, five letters, or a number of a StatefulSet. */
const POD_SUFFIX = /(?:-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d{1,4}$/;

/** Who wrote the lines of a file, as its name tells: `shop/checkout`, or the name without its ending. */
export const serviceOfFile = (file: string): string => {
  const [, namespace, pod] = PODS.exec(file) ?? [];
  if (namespace !== undefined && pod !== undefined) return serviceOf(namespace, pod);
  const [, podOf, namespaceOf] = CONTAINERS.exec(file) ?? [];
  if (podOf !== undefined && namespaceOf !== undefined) return serviceOf(namespaceOf, podOf);
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/(?:\.(?:gz|log|txt|jsonl?|ndjson|\d+))+$/i, '') || file;
};
