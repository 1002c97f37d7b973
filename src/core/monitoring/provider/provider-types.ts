/** What a version of a provider of Terraform takes, by type of resource and of data source: names and kinds, as its published types have them. */
export interface ProviderTypes {
  readonly provider: string;
  readonly version: string;
  readonly resources: { readonly [type: string]: ProviderBlock };
  readonly dataSources: { readonly [type: string]: ProviderBlock };
}

export interface ProviderBlock {
  readonly [name: string]: { readonly kind: string; readonly required?: true; readonly block?: ProviderBlock };
}
