// A self-signed certificate for HTTPS callees in tests: localhost and 127.0.0.1, for a hundred years.
// Its key is public by being here, so it may be trusted by nothing but tests.
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUG5i/qZWw7ixKQJcWg55zK87JgGswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA0MzYzNloYDzIxMjYxMDMw
MDQzNjM2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARJQqIcKqEePcYDBBBTQvOjoMPF9PBeJrS3+DsQKm5pwV4VKGrafX8C
u+KTiAVMwSZHM0QYSwRX9KJemyqOMRdio28wbTAdBgNVHQ4EFgQU3isfbxNoFhvc
6fekZ5t2YiwnnlAwHwYDVR0jBBgwFoAU3isfbxNoFhvc6fekZ5t2YiwnnlAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgCHlDPk2w9J8XLbxjjrdovWusz74UHJQsErB6Zr6Jhz8CIAlK
T31ik+STahjoTZCfkV3ya0deW3w2cusnrWj79kyA
-----END CERTIFICATE-----`

export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwLiYu7VcRmDkOqaZ
Wm47aK9MhbNUOUbGGYegdorxQfWhRANCAARJQqIcKqEePcYDBBBTQvOjoMPF9PBe
JrS3+DsQKm5pwV4VKGrafX8Cu+KTiAVMwSZHM0QYSwRX9KJemyqOMRdi
-----END PRIVATE KEY-----`
