// The page about the API, at /docs: the description the service gives of itself, to read and to try.
// A page of its own, so that the console does not load what only this one needs; nothing comes from
// elsewhere.
import show from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'

const dark = matchMedia('(prefers-color-scheme: dark)')
/** As the console was left; without that, as the browser is. */
const followTheme = (): void => {
  const kept = localStorage.getItem('carillon.theme')
  document.documentElement.classList.toggle(
    'dark-mode',
    kept === null ? dark.matches : kept === 'dark',
  )
}
followTheme()
dark.addEventListener('change', followTheme)

const root = document.getElementById('root')
if (root !== null)
  show({
    url: '/api/v1/openapi.json',
    domNode: root,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    filter: true,
    deepLinking: true,
    tryItOutEnabled: true,
    syntaxHighlight: false,
    validatorUrl: null,
  })
