# SPDX-License-Identifier: MIT
# Bare-metal Arm with newlib. SIGNET_CPU chooses the core.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(SIGNET_CPU cortex-m4 CACHE STRING "Value of -mcpu")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SIGNET_CPU)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
# There is nothing to link a test program against before a board is chosen.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
# Soft float: the reference kernel's port does not save FPU registers.
set(CMAKE_C_FLAGS_INIT
  "-mcpu=${SIGNET_CPU} -mthumb -mfloat-abi=soft -ffunction-sections -fdata-sections")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections --specs=nano.specs")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
