#include "CSimdjsonPlaceholder.h"
