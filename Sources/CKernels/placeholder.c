#include "CKernelsPlaceholder.h"
