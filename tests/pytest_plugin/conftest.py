"""What the tests of the plugin need before any of them runs.

pytester throws away the modules that a run has loaded, but not the names that their packages keep
of them: the next run would mix old halves with new ones. So the plugin's modules are loaded here.
"""

import pxeclient.pytest_plugin.boots
import pxeclient.pytest_plugin.keeping  # noqa: F401
