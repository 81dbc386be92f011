using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Commission.Style.Tests;

/// <summary>The repository's own files, as its rules see them.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["obj", "bin", "node_modules", ".git", "data", "artifacts"];

    /// <summary>The folder of Commission.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Files that people wrote, relative to the root, in ordinal order.</summary>
    /// <param name="folder">Below which to look.</param>
    /// <param name="pattern">Of the file names.</param>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Walk(Path.Combine(Root, folder), pattern)
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    /// <summary>A file's text.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>All C# files of src, tests and bench.</summary>
    public static IReadOnlyList<string> Sources() =>
        [.. Files("src", "*.cs"), .. Files("tests", "*.cs"), .. Files("bench", "*.cs")];

    /// <summary>Every function with a body: methods, constructors, operators, accessors and local functions.</summary>
    public static IEnumerable<Function> Functions(string file)
    {
        var root = CSharpSyntaxTree.ParseText(Read(file)).GetRoot();
        return root.DescendantNodes()
            .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
                or AccessorDeclarationSyntax)
            .Select(node => new Function(file, NameOf(node), LinesOf(node)));
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => node.Kind().ToString(),
    };

    /// <summary>From signature to closing brace, without attributes and comments above.</summary>
    private static int LinesOf(SyntaxNode node)
    {
        var first = node.ChildNodesAndTokens().First(child => child.AsNode() is not AttributeListSyntax);
        var lines = node.SyntaxTree.GetLineSpan(node.Span);
        return lines.EndLinePosition.Line - node.SyntaxTree.GetLineSpan(first.Span).StartLinePosition.Line + 1;
    }

    private static IEnumerable<string> Walk(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return Directory.EnumerateFiles(folder, pattern)
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(child => !Generated.Contains(Path.GetFileName(child), StringComparer.Ordinal))
                .SelectMany(child => Walk(child, pattern)));
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Commission.sln"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests run outside the repository."));
}

/// <summary>A function and how long it is.</summary>
internal sealed record Function(string File, string Name, int Lines);
