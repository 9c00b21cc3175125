#include "CUnicodePlaceholder.h"
