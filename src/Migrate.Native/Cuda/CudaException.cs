namespace Migrate.Native.Cuda;

/// <summary>A call of the CUDA driver failed.</summary>
public class CudaException : Exception
{
    /// <summary>A failure.</summary>
    /// <param name="message">Function, error and what the driver says.</param>
    public CudaException(string message)
        : base(message)
    {
    }

    /// <summary>The number of the error (CUresult), or 0.</summary>
    public int Error { get; init; }
}

/// <summary>The device has not enough free memory for an allocation.</summary>
public sealed class CudaOutOfMemoryException : CudaException
{
    /// <summary>CUDA_ERROR_OUT_OF_MEMORY.</summary>
    internal const int Code = 2;

    /// <summary>A failure.</summary>
    /// <param name="message">What was asked for.</param>
    public CudaOutOfMemoryException(string message)
        : base(message) => Error = Code;
}
