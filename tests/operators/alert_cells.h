#pragma once

#include <string>

// A row of a table. `steps`: inputs with their times (B breach, X critical, C clear, R recovered, N no data,
// E fault, M missing); a phase is entered at 0. `to`, `notice` and `reason` are those of the last step:
// notice - and a reason in parentheses, the phase's own, where nothing was told.
struct AlertCell {
    std::string from{}, times{}, steps{}, to{}, notice{}, reason{}, episode{};
};

// A line for each cell of the design's table, and for sequences of which a single cell says too little.
inline const char* const kAlertCells = R"(
from            | times              | steps         | to              | notice   | reason             | began
normal          |                    | B@5           | firing          | fired    | condition          | 5
normal          | for=10             | B@5           | pending         |          | condition          |
normal          |                    | C@5           | normal          | -        | ()                 |
normal          | nodata=10          | N@5           | pending_no_data |          | no_data            |
normal          | nodata=10          | N@5 N@14      | pending_no_data | -        | (no_data)          |
normal          | nodata=10          | N@5 N@15      | no_data         | fired    | no_data            | 15
normal          | nodata=0           | N@5           | no_data         | fired    | no_data            | 5
normal          | error=10           | E@5           | pending_error   |          | error              |
normal          | error=10           | E@5 E@14      | pending_error   | -        | (error)            |
normal          | error=10           | E@5 E@15      | error           | fired    | error              | 15
normal          |                    | M@5           | normal          | -        | ()                 |
normal          |                    | M@5 M@6       | evicted         | -        | ()                 |

pending         | for=10             | B@9           | pending         | -        | (condition)        |
pending         | for=10             | B@10          | firing          | fired    | condition          | 10
pending         | for=10             | C@5           | normal          |          | cleared            |
pending         | for=10 nodata=10   | N@5           | pending_no_data |          | no_data            |
pending         | for=10 nodata=10   | N@5 N@14      | pending_no_data | -        | (no_data)          |
pending         | for=10 nodata=10   | N@5 N@15      | no_data         | fired    | no_data            | 15
pending         | for=10 nodata=0    | N@5           | no_data         | fired    | no_data            | 5
pending         | for=10 error=10    | E@5           | pending_error   |          | error              |
pending         | for=10 error=10    | E@5 E@15      | error           | fired    | error              | 15
pending         | for=10             | M@5           | pending         | -        | (condition)        |
pending         | for=10             | M@5 M@6       | normal          |          | missing_series     |

firing          | for=10             | B@5           | firing          | -        | (condition)        | 0
firing          |                    | X@5           | firing          | updated  | critical_condition | 0
firing          |                    | X@5 B@6       | firing          | updated  | condition          | 0
firing          |                    | C@5           | normal          | resolved | cleared            | 0
firing          | keep=10            | C@5           | recovering      |          | cleared            | 0
firing          | nodata=10          | N@5           | firing          | -        | (no_data)          | 0
firing          | nodata=10          | N@5 N@14      | firing          | -        | (no_data)          | 0
firing          | nodata=10          | N@5 N@15      | no_data         | updated  | no_data            | 0
firing          | nodata=10          | N@5 B@6 N@15  | firing          | -        | (no_data)          | 0
firing          | nodata=10          | N@5 B@6       | firing          | -        | (condition)        | 0
firing          | error=10           | E@5           | firing          | -        | (error)            | 0
firing          | error=10           | E@5 E@15      | error           | updated  | error              | 0
firing          | error=10 nodata=10 | N@5 E@10 E@19 | firing          | -        | (error)            | 0
firing          |                    | M@5           | firing          | -        | (condition)        | 0
firing          |                    | M@5 M@6       | normal          | resolved | missing_series     | 0
firing          |                    | M@5 B@6 M@7   | firing          | -        | (condition)        | 0

recovering      | for=10 keep=10     | B@5           | firing          |          | condition          | 0
recovering      | keep=10            | X@5           | firing          | updated  | critical_condition | 0
recovering      | keep=10            | C@9           | recovering      | -        | (cleared)          | 0
recovering      | keep=10            | C@10          | normal          | resolved | cleared            | 0
recovering      | keep=10 nodata=10  | N@5           | recovering      | -        | (no_data)          | 0
recovering      | keep=10 nodata=10  | N@5 N@15      | no_data         | updated  | no_data            | 0
recovering      | keep=10 error=10   | E@5           | recovering      | -        | (error)            | 0
recovering      | keep=10 error=10   | E@5 E@15      | error           | updated  | error              | 0
recovering      | keep=10            | M@5           | recovering      | -        | (cleared)          | 0
recovering      | keep=10            | M@5 M@6       | normal          | resolved | missing_series     | 0

no_data         |                    | B@5           | firing          | updated  | condition          | 0
no_data         | for=10             | B@5           | pending         | resolved | condition          | 0
no_data         | for=10             | B@5 B@15      | firing          | fired    | condition          | 15
no_data         | keep=10            | C@5           | normal          | resolved | no_data            | 0
no_data         |                    | N@5           | no_data         | -        | (no_data)          | 0
no_data         | error=10           | E@5           | no_data         | -        | (error)            | 0
no_data         | error=10           | E@5 E@15      | error           | updated  | error              | 0
no_data         |                    | M@5           | no_data         | -        | (no_data)          | 0
no_data         |                    | M@5 M@6       | normal          | resolved | missing_series     | 0

error           |                    | B@5           | firing          | updated  | condition          | 0
error           | for=10             | B@5           | pending         | resolved | condition          | 0
error           | keep=10            | C@5           | normal          | resolved | error              | 0
error           | nodata=10          | N@5           | error           | -        | (no_data)          | 0
error           | nodata=10          | N@5 N@15      | no_data         | updated  | no_data            | 0
error           |                    | E@5           | error           | -        | (error)            | 0
error           |                    | M@5           | error           | -        | (error)            | 0
error           |                    | M@5 M@6       | normal          | resolved | missing_series     | 0

pending_no_data | nodata=10          | B@5           | firing          | fired    | condition          | 5
pending_no_data | nodata=10 for=10   | B@5           | pending         |          | condition          |
pending_no_data | nodata=10 for=10   | B@5 B@14      | pending         | -        | (condition)        |
pending_no_data | nodata=10          | C@5           | normal          |          | cleared            |
pending_no_data | nodata=10          | N@9           | pending_no_data | -        | (no_data)          |
pending_no_data | nodata=10          | N@10          | no_data         | fired    | no_data            | 10
pending_no_data | nodata=10 error=10 | E@5           | pending_error   |          | error              |
pending_no_data | nodata=10 error=10 | E@5 E@14      | pending_error   | -        | (error)            |
pending_no_data | nodata=10          | M@5           | pending_no_data | -        | (no_data)          |
pending_no_data | nodata=10          | M@5 M@6       | normal          |          | missing_series     |

pending_error   | error=10           | B@5           | firing          | fired    | condition          | 5
pending_error   | error=10 for=10    | B@5           | pending         |          | condition          |
pending_error   | error=10           | C@5           | normal          |          | cleared            |
pending_error   | error=10 nodata=10 | N@5           | pending_no_data |          | no_data            |
pending_error   | error=10 nodata=10 | N@5 N@14      | pending_no_data | -        | (no_data)          |
pending_error   | error=10           | E@9           | pending_error   | -        | (error)            |
pending_error   | error=10           | E@10          | error           | fired    | error              | 10
pending_error   | error=10           | M@5           | pending_error   | -        | (error)            |
pending_error   | error=10           | M@5 M@6       | normal          |          | missing_series     |

normal          | nodata=10 error=10 | N@5 E@6 N@15  | pending_no_data |          | no_data            |
normal          | nodata=10          | N@5 C@6 N@15  | pending_no_data |          | no_data            |
pending         | for=10 nodata=20   | N@5 B@6 B@15  | pending         | -        | (condition)        |
pending         | for=10 nodata=20   | N@5 B@6 B@16  | firing          | fired    | condition          | 16
pending         | for=10             | M@5 B@6 M@7   | pending         | -        | (condition)        |
firing          | nodata=10          | N@5 M@6 N@15  | no_data         | updated  | no_data            | 0
firing          | nodata=10          | M@5 N@6 M@7   | firing          | -        | (no_data)          | 0
firing          | error=10 nodata=10 | N@5 E@6 N@15  | firing          | -        | (no_data)          | 0
firing          | error=10 nodata=10 | E@5 N@6 E@15  | firing          | -        | (error)            | 0
firing          | error=10 keep=10   | E@5 C@6 E@15  | recovering      | -        | (error)            | 0
recovering      | error=10 nodata=10 | E@5 N@6 E@15  | recovering      | -        | (error)            | 0
recovering      | keep=10 nodata=20  | N@5 C@10      | normal          | resolved | cleared            | 0
recovering      | keep=10            | B@5 C@6 C@15  | recovering      | -        | (cleared)          | 0
recovering      | keep=10            | B@5 C@6 C@16  | normal          | resolved | cleared            | 0
no_data         | error=10           | E@5 N@6       | no_data         | -        | (no_data)          | 0
no_data         | error=10           | E@5 N@6 E@15  | no_data         | -        | (error)            | 0
no_data         | error=10           | N@6 E@8 E@18  | error           | updated  | error              | 0
no_data         | error=10           | E@5 N@6 E@8 N@9 E@18 | no_data  | -        | (error)            | 0
no_data         | error=10           | E@5 M@6 E@15  | error           | updated  | error              | 0
no_data         | for=10             | B@5 C@6       | normal          |          | cleared            |
no_data         | for=10 nodata=10   | B@5 N@6 N@15  | pending_no_data | -        | (no_data)          |
error           | nodata=10          | N@5 E@6       | error           | -        | (error)            | 0
error           | nodata=10          | N@5 E@6 N@15  | error           | -        | (no_data)          | 0
error           | nodata=10          | E@6 N@8 N@18  | no_data         | updated  | no_data            | 0
pending_no_data | nodata=10 error=10 | E@5 N@6 N@15  | pending_no_data | -        | (no_data)          |
pending_no_data | nodata=10 error=10 | E@5 N@6 N@16  | no_data         | fired    | no_data            | 16
pending_no_data | nodata=10          | M@5 N@10      | no_data         | fired    | no_data            | 10
pending_no_data | nodata=10 for=10   | B@5 N@6 N@15  | pending_no_data | -        | (no_data)          |
pending_error   | nodata=10 error=10 | N@5 E@6 E@15  | pending_error   | -        | (error)            |
pending_error   | nodata=10 error=10 | N@5 E@6 E@16  | error           | fired    | error              | 16
)";

// Policies, the second threshold and the longest age of what was last known, in the same form.
inline const char* const kPolicyCells = R"(
from       | times                        | steps    | to         | notice   | reason               | episode
normal     | no_data=firing               | N@5      | firing     | fired    | no_data              | 5
normal     | no_data=firing for=10        | N@5      | pending    |          | no_data              |
normal     | error_is=firing              | E@5      | firing     | fired    | error                | 5
firing     | no_data=normal               | N@5      | normal     | resolved | no_data              | 0
firing     | no_data=normal keep=10       | N@5      | recovering |          | no_data              | 0
firing     | error_is=normal              | E@5      | normal     | resolved | error                | 0
normal     | no_data=normal               | N@5      | normal     | -        | ()                   |
firing     | no_data=keep age=10 nodata=0 | N@9      | firing     | -        | (condition)          | 0
firing     | no_data=keep age=10 nodata=0 | N@10     | no_data    | updated  | no_data              | 0
pending    | no_data=keep age=30 for=10   | N@10     | firing     | fired    | condition            | 10
recovering | error_is=keep age=30 keep=10 | E@10     | normal     | resolved | cleared              | 0
normal     | no_data=keep age=10 nodata=0 | C@1 N@10 | normal     | -        | ()                   |
normal     | no_data=keep age=10 nodata=0 | N@5      | no_data    | fired    | no_data              | 5
normal     | recovery                     | C@5      | normal     | -        | ()                   |
firing     | recovery                     | C@5      | firing     | -        | (condition)          | 0
firing     | recovery                     | X@4 C@5  | firing     | -        | (critical_condition) | 0
firing     | recovery                     | R@5      | normal     | resolved | cleared              | 0
firing     | recovery keep=10             | R@5 C@6  | firing     |          | condition            | 0
no_data    | recovery                     | C@5      | normal     | resolved | no_data              | 0
no_data    | recovery                     | R@5      | normal     | resolved | no_data              | 0
no_data    | recovery error=2             | E@1 E@3 C@5 | normal  | resolved | error                | 0
no_data    | recovery nodata=2            | B@1 N@2 N@4 C@5 | firing | updated | condition          | 0
error      | recovery                     | C@5      | normal     | resolved | error                | 0
error      | recovery                     | R@5      | normal     | resolved | error                | 0
error      | recovery error=2             | B@1 E@2 E@4 C@5 | firing | updated | condition          | 0
firing     | recovery nodata=2            | N@1 N@3 C@5 | firing  | updated  | condition            | 0
firing     | recovery nodata=2            | N@1 N@3 R@5 | normal  | resolved | no_data              | 0
firing     | recovery nodata=2            | X@0 N@1 N@3 C@5 | firing | updated | critical_condition | 0
firing     | recovery error=2             | E@1 E@3 C@5 | firing  | updated  | condition            | 0
firing     | recovery error=2             | E@1 E@3 R@5 | normal  | resolved | error                | 0
firing     | recovery nodata=2 error=2    | N@1 N@3 E@4 E@6 C@7 | firing | updated | condition      | 0
firing     | recovery nodata=2            | N@1 N@3 C@5 C@6 B@7 | firing | - | (condition)          | 0
firing     | recovery nodata=2 for=10     | N@1 N@3 C@5 | pending | resolved | condition            | 0
firing     | recovery nodata=2 for=10     | N@1 N@3 C@5 C@6 | normal |      | cleared              |
firing     | recovery nodata=2 keep=10    | R@1 N@2 N@4 C@5 | firing | updated | condition          | 0
firing     | recovery nodata=2            | R@1 N@2 N@4 C@5 | normal | resolved | no_data            | 4
pending    | recovery for=10              | C@5      | normal     |          | cleared              |
firing     | k=1                          | M@5      | normal     | resolved | missing_series       | 0
firing     | k=3                          | M@5 M@6  | firing     | -        | (condition)          | 0
)";

