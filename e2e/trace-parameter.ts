/** The query parameter of the wire contract. */
export const traceParameter = 'playscope-traceparent';
