namespace Commission.Contracts;

/// <summary>What the .proto files of the public API say, with their comments.</summary>
public static class ApiDescription
{
    /// <summary>
    /// A google.protobuf.FileDescriptorSet of commission.v1, without its imports, with source information. The
    /// descriptors of the generated code are the same but for the comments.
    /// </summary>
    public static Stream Open() => typeof(ApiDescription).Assembly.GetManifestResourceStream("api.binpb")
        ?? throw new InvalidOperationException("The description of the API was left out of the build.");
}
