import type { FindingSpec } from '../finding.ts';

const TERRAFORM = 'https://developer.hashicorp.com/terraform/language';
const GUIDE = 'docs/guide/audit.md#what-is-ignored';
const GUIDE_READ = 'docs/guide/audit.md#what-is-read';
const AZURERM = 'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs';

/** FILE: can it be read. TF: can Terraform make it. IGN: what is ignored. */
export const FILE_FINDINGS = {
  FILE001: {
    severity: 'critical',
    says: 'the file cannot be read here',
    why: 'what it sets was not audited: whatever is said of the rest may miss it',
    fix: 'Mend what is named; the formatter of its language says more.',
    doc: GUIDE_READ,
  },
  FILE002: {
    severity: 'warning',
    says: 'the file is longer, deeper or slower to read than is read here',
    why: 'what it sets was not audited: whatever is said of the rest may miss it',
    fix: 'Split it, or audit a plan of it.',
    doc: GUIDE_READ,
  },
  FILE003: {
    severity: 'critical',
    says: 'the file is nothing that is audited',
    why: 'it was named, and says nothing of monitoring that is understood',
    fix: 'Name Terraform, a plan of format 1 (`terraform show -json`), documents of Azure, manifests or KQL.',
    doc: GUIDE_READ,
  },
  FILE004: {
    severity: 'note',
    says: 'a template of Helm is not rendered',
    why: 'what it becomes depends on values that are not here: it was not audited',
    fix: 'Pipe what it becomes: `helm template . | unmasq audit -`.',
    doc: GUIDE_READ,
  },
  FILE005: {
    severity: 'note',
    says: 'a module is not here',
    why: 'what seems missing may be in it: of what hangs on it nothing is said to be absent',
    fix: 'Run `terraform init` before, which fetches it, or audit a plan of it.',
    doc: `${TERRAFORM}/modules/sources`,
  },
  FILE006: {
    severity: 'note',
    says: 'more is made than is looked at',
    why: 'what was left out was not audited, and what seems missing may be in it',
    fix: 'Audit a plan of it, or folders of it one by one.',
    doc: GUIDE_READ,
  },
  TF001: {
    severity: 'critical',
    says: 'the provider knows no such argument or block',
    why: 'terraform validate refuses it: nothing of this configuration is made',
    fix: 'Use the name that the provider knows, or take it out.',
    doc: AZURERM,
  },
  TF002: {
    severity: 'critical',
    says: 'an argument or block that the provider requires is missing',
    why: 'terraform validate refuses it: nothing of this configuration is made',
    fix: 'Add it.',
    doc: AZURERM,
  },
  TF003: {
    severity: 'critical',
    says: 'the cluster has neither an identity nor a service principal',
    why: 'the provider refuses it: the cluster is not made',
    fix: 'Add identity { type = "SystemAssigned" }.',
    doc: `${AZURERM}/resources/kubernetes_cluster`,
  },
  TF004: {
    severity: 'critical',
    says: 'nothing declares this name',
    why: 'terraform validate refuses it: nothing of this configuration is made',
    fix: 'Declare it, or use the name that is declared.',
    doc: `${TERRAFORM}/expressions/references`,
  },
  TF005: {
    severity: 'critical',
    says: 'a module calls itself',
    why: 'terraform init follows it until the name of a file is too long, whatever its count is: nothing of this configuration is made',
    fix: 'Call another folder, or repeat what is in it with for_each.',
    doc: `${TERRAFORM}/modules/sources#local-paths`,
  },
  IGN001: {
    severity: 'warning',
    says: 'an ignore is over',
    why: 'what it hid counts again',
    fix: 'Mend what it hid, or say anew until when it may stay, and why.',
    doc: GUIDE,
  },
  IGN002: {
    severity: 'warning',
    says: 'an ignore without a code, a day or a reason',
    why: 'it hides nothing: without a reason nobody can say later whether it still holds',
    fix: 'Write `unmasq:ignore CODE until 2027-03-31: reason`.',
    doc: GUIDE,
  },
  IGN003: {
    severity: 'note',
    says: 'an ignore that hides nothing',
    why: 'what it was for is mended, or stands elsewhere',
    fix: 'Take it out.',
    doc: GUIDE,
  },
} as const satisfies Record<string, FindingSpec>;
