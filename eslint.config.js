// Typed lint. Beyond the recommended sets: promises and TaskEithers must not be dropped, switches
// must be exhaustive, and the domain may read no clock, roll no dice and throw nothing.
import tseslint from 'typescript-eslint'
import { ESLintUtils } from '@typescript-eslint/utils'

const discardedTask = {
  meta: {
    type: 'problem',
    messages: {
      discarded: 'This expression is a Task nobody runs: call it, return it or name it.',
    },
    schema: [],
  },
  create(context) {
    const services = ESLintUtils.getParserServices(context)
    return {
      ExpressionStatement(node) {
        if (node.expression.type === 'AssignmentExpression') return
        const type = services.getTypeAtLocation(node.expression)
        const isTask = type
          .getCallSignatures()
          .some((s) => s.parameters.length === 0 && s.getReturnType().symbol?.name === 'Promise')
        if (isTask) context.report({ node, messageId: 'discarded' })
      },
    }
  },
}

const purity = ['Domain code is pure: time, ids and chance arrive in commands.']

export default tseslint.config(
  { ignores: ['dist/**', 'data/**', 'node_modules/**', '.tmp/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { carillon: { rules: { 'no-discarded-task': discardedTask } } },
    rules: {
      'carillon/no-discarded-task': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: purity[0] },
        { object: 'Math', property: 'random', message: purity[0] },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ThrowStatement', message: 'Domain code returns Left instead of throwing.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: purity[0] },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'benchmarks/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
)
