// As much of Swagger UI as the page about the API uses; the package brings no types.
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  const show: (options: {
    readonly url: string
    readonly domNode: HTMLElement
    readonly docExpansion: 'list' | 'none'
    readonly defaultModelsExpandDepth: number
    readonly filter: boolean
    readonly deepLinking: boolean
    readonly tryItOutEnabled: boolean
    readonly syntaxHighlight: false
    /** Null: no server is asked what it thinks of the description. */
    readonly validatorUrl: null
  }) => void
  export default show
}
