/** The version of the package, on every span and metric as that of the instrumentation scope. */
export const version = '0.1.0';
