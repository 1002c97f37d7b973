module "group" {
  source = "../group"
}
