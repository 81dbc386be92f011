namespace Commission.Gateway.Grpc;

/// <summary>How a call ended: the status codes of gRPC, with their numbers on the wire.</summary>
public enum RpcStatus
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The caller gave up before the call ended.</summary>
    Cancelled = 1,

    /// <summary>A failure of which nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist, or is not the caller's to know about.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a rate limit or a size limit was exceeded.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the system does not allow this now, and a retry alone won't change it.</summary>
    FailedPrecondition = 9,

    /// <summary>A concurrent change interfered; repeat the whole transaction.</summary>
    Aborted = 10,

    /// <summary>The request points past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method is not known here.</summary>
    Unimplemented = 12,

    /// <summary>A fault of the server.</summary>
    Internal = 13,

    /// <summary>The server can't answer now; a retry may succeed.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
