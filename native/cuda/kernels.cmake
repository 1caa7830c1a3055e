# Targets migrate_kernels: cuda/migrate.<architecture>.fatbin by nvcc, or .ptx by clang, in the build folder.
set(cuda_folder ${CMAKE_CURRENT_LIST_DIR})
set(cuda_output ${CMAKE_BINARY_DIR}/cuda)
file(GLOB cuda_sources CONFIGURE_DEPENDS ${cuda_folder}/*.cu ${cuda_folder}/*.cuh ${cuda_folder}/*.hpp)

find_program(MIGRATE_NVCC nvcc PATHS /usr/local/cuda/bin $ENV{CUDA_PATH}/bin DOC "CUDA compiler")
find_program(MIGRATE_CLANG NAMES clang-21 clang-20 clang-19 DOC "clang that compiles CUDA to PTX without a toolkit")

set(MIGRATE_CUDA_ARCHITECTURES "80;90a" CACHE STRING "Compute capabilities that nvcc makes machine code for: 80, 90a or both")
set(MIGRATE_NVCC_OPTIONS "" CACHE STRING "More options of nvcc, as --split-compile=0 to use all processors")

# Which bonds a graph keeps depends on the last bit of a distance: products and sums are fused only where the source says so.
set(cuda_options -std=c++20 -O3)
set(modules "")
if(MIGRATE_NVCC)
  foreach(architecture ${MIGRATE_CUDA_ARCHITECTURES})
    set(module ${cuda_output}/migrate.sm_${architecture}.fatbin)
    # PTX as well: newer GPUs than those named here translate it.
    set(targets -gencode=arch=compute_${architecture},code=sm_${architecture})
    if(architecture STREQUAL "80")
      list(APPEND targets -gencode=arch=compute_80,code=compute_80)
    endif()
    add_custom_command(
      OUTPUT ${module}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${cuda_output}
      COMMAND ${MIGRATE_NVCC} ${cuda_options} --expt-relaxed-constexpr --fmad=false -lineinfo ${MIGRATE_NVCC_OPTIONS} ${targets} --fatbin -o ${module} ${cuda_folder}/migrate.cu
      DEPENDS ${cuda_sources}
      COMMENT "nvcc: kernels for sm_${architecture}"
      VERBATIM)
    list(APPEND modules ${module})
  endforeach()
elseif(MIGRATE_CLANG)
  foreach(target "80;78" "90a;85")
    list(GET target 0 architecture)
    list(GET target 1 ptx)
    set(module ${cuda_output}/migrate.sm_${architecture}.ptx)
    add_custom_command(
      OUTPUT ${module}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${cuda_output}
      COMMAND ${MIGRATE_CLANG} -x cuda --cuda-device-only --cuda-gpu-arch=sm_${architecture} -nocudainc -nocudalib -nostdinc++
        ${cuda_options} -ffp-contract=off -Wall -Wextra -Werror -Xclang -target-feature -Xclang +ptx${ptx}
        -S -o ${module} ${cuda_folder}/migrate.cu
      DEPENDS ${cuda_sources}
      COMMENT "clang: PTX for sm_${architecture}"
      VERBATIM)
    list(APPEND modules ${module})
  endforeach()
else()
  message(STATUS "neither nvcc nor clang 19 found: no CUDA kernels (Debian: clang-19)")
endif()

if(modules)
  add_custom_target(migrate_kernels ALL DEPENDS ${modules})
  # What loads the library loads the kernels, too.
  add_dependencies(migrate migrate_kernels)
endif()
