// The command line with the guests that ship.

import PolluxCommand

PolluxCommand.main()
