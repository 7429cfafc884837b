// Reads documents as containerd does, with the decoder and the structs that it has, and tells what it makes of each.
// Standard input has one question on each line, standard output one answer.
package main

import (
	"bufio"
	"bytes"
	"context"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"io"
	"os"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/images"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

type question struct {
	// Of a manifest; `config` for an image's config.
	Type     string
	Document []byte
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

type child struct {
	MediaType string    `json:"mediaType"`
	Digest    string    `json:"digest"`
	Size      int64     `json:"size"`
	URLs      int       `json:"urls"`
	Platform  *platform `json:"platform"`
	// Whether there is anything to ask a registry for.
	Fetchable bool `json:"fetchable"`
}

type answer struct {
	Problem  string   `json:"problem"`
	Children []child  `json:"children"`
	DiffIDs  []string `json:"diffIds"`
}

// Has one document, whatever it is asked for.
type provider struct{ document []byte }

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

func (p provider) ReaderAt(context.Context, ocispec.Descriptor) (content.ReaderAt, error) {
	return reader{bytes.NewReader(p.document)}, nil
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked question
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err == nil {
			err = out.Encode(read(asked))
		}
		if err != nil {
			panic(err)
		}
	}
}

func read(asked question) answer {
	if asked.Type == "config" {
		return readConfig(asked.Document)
	}
	desc := ocispec.Descriptor{MediaType: asked.Type, Size: int64(len(asked.Document))}
	found, err := images.Children(context.Background(), provider{asked.Document}, desc)
	if err != nil {
		return answer{Problem: err.Error()}
	}
	children := []child{}
	for _, one := range found {
		named := child{MediaType: one.MediaType, Digest: one.Digest.String(), Size: one.Size, URLs: len(one.URLs)}
		named.Fetchable = one.Digest.Validate() == nil && one.Size >= 0
		if p := one.Platform; p != nil {
			named.Platform = &platform{p.OS, p.Architecture, p.Variant}
		}
		children = append(children, named)
	}
	return answer{Children: children}
}

func readConfig(document []byte) answer {
	var config ocispec.Image
	if err := json.Unmarshal(document, &config); err != nil {
		return answer{Problem: err.Error()}
	}
	diffIDs := []string{}
	for _, one := range config.RootFS.DiffIDs {
		diffIDs = append(diffIDs, one.String())
	}
	return answer{DiffIDs: diffIDs}
}
